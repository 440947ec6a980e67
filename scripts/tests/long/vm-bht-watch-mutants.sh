#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch convicts kernels with the race under the load of watch_ext4, without the module:
# each time, within 30 s, with both stacks. The same kernels without the bug are clean. One
# kernel of each era, with BTF.
# time-limit: 7200
# needs: run kernel watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly tries=${BHT_WATCH_TRIES:-10}
# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	n=0
	while [ $n -lt $BHT_TRIES ]; do
		n=$((n + 1))
		bht-watch --duration $BHT_SECONDS --until-race --lookups always --json /results/$n.json \
			>/results/$n.txt 2>&1 &
		watch=$!
		until grep -q "bht-watch: watching" /results/$n.txt; do
			kill -0 $watch || break
			sleep 0.1
		done
		BHT_DURATION=$((BHT_SECONDS + 30)) ./ext4_load 2048 >/results/load.$n 2>&1 &
		load=$!
		wait $watch; echo "status $?"
		kill $load; wait $load
	done
'

# watched KERNEL TRIES SECONDS OPTION...: the output is that of the guest.
watched()
{
	local kernel=$1 n=$2 seconds=$3

	shift 3
	rm -rf -- "$scratch/runs"
	run scripts/bht-run --kernel "$kernel" "$@" --runs-dir "$scratch/runs" --timeout 1500 \
		--allow-console '.*' --env "BHT_TRIES=$n" --env "BHT_SECONDS=$seconds" --command "$in_guest"
	expect_status 0
	cat -- "$scratch"/runs/latest/results/*.txt
}

for pair in 6.1:norefs-unlock-early 7.3:flag-cleared-early; do
	kernel=${pair%%:*}:btf
	mutant=${pair#*:}
	watched "$kernel" "$tries" 30 --mutant "$mutant"
	convicted=$(grep -c '^status 1$' <<<"$output") || true
	((convicted == tries)) || wrong "$kernel with $mutant: convicted $convicted times of $tries"
	for file in "$scratch"/runs/latest/results/*.json; do
		expect "no race in $file" jq --exit-status '.watch.verdict == "race" and .verdict == "fail" and
			(.watch.race_list[0].migration_stack | length) > 3' "$file"
	done
	seen=$(cat -- "$scratch"/runs/latest/results/*.json | jq --slurp '[.[].watch.race_list[] |
		select(.taker_seen and (.lookup_stack | length) > 3)] | length')
	((seen > 0)) || wrong "$kernel with $mutant: never seen who took the reference"

	watched "$kernel" 1 30
	expect_output '^status 0$'
	expect "a sound $kernel is not clean" jq --exit-status '.watch.verdict == "clean" and
		.watch.judged > 500 and .watch.not_judged < .watch.judged / 100' \
		"$scratch/runs/latest/results/1.json"
done
finish

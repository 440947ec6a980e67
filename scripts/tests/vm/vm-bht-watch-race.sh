#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch sees the race where it is. The module's strategy `busted` puts that of 5.0 - 5.2
# under a busy ext4, and has no prober here: the filesystem's own lookups are what convicts,
# with both stacks. Under `held`, which is sound, nobody is convicted.
# time-limit: 400
# needs: run watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly tries=${BHT_WATCH_TRIES:-2}
# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	BHT_DURATION=1000 ./ext4_load 2048 >/results/load 2>&1 &
	load=$!
	until grep -q "at work" /results/load; do
		kill -0 $load || exit 1
		sleep 0.2
	done
	# tried STRATEGY NAME SECONDS
	tried()
	{
		insmod ./bhtorture.ko watch=/dev/ram0 watch_force=1 strategy=$1 prober=0 || exit 1
		bht-watch --callback strategy_migrate --lookups always --until-race --duration $3 \
			--json /results/$2.json >/results/$2.txt 2>&1
		echo "status $2 $?"
		rmmod bhtorture
	}
	n=0
	while [ $n -lt $BHT_TRIES ]; do
		n=$((n + 1))
		tried busted busted.$n 30
	done
	tried held held 10
	kill $load; wait $load
'

run scripts/bht-run --runs-dir "$scratch/runs" --env "BHT_TRIES=$tries" --allow-console '.*' --command "$in_guest"
expect_status 0
results=$scratch/runs/latest/results
for ((n = 1; n <= tries; n++)); do
	cat -- "$results/busted.$n.txt" || wrong "no output"
	expect_output "^status busted.$n 1$"
	expect "no race $n" jq --exit-status '.watch.verdict == "race" and .verdict == "fail" and
		(.watch.race_list[0].migration_stack | length) > 3' "$results/busted.$n.json"
	expect "told at once $n" grep -q '^RACE: ram0, folio [0-9]*, block [0-9]*' "$results/busted.$n.txt"
done
taken=$(cat -- "$results"/busted.*.json | jq --slurp '[.[].watch.race_list[] |
	select(.taker_seen and (.lookup_stack | length) > 3)] | length')
((taken > 0)) || wrong "it was never seen who took the reference"
expect_output '^status held 0$'
expect "held is not clean" jq --exit-status '.watch.verdict == "clean" and .watch.judged > 50 and
	.watch.not_judged == 0' "$results/held.json"
finish

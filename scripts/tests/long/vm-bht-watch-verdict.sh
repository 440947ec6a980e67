#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The race put back is convicted by bht-watch under ext4_load, without the module: within
# half a minute, with both stacks, exit status 1. The sound kernel is not in a whole one.
# Time is the guest's (icount): how fast this machine is, and what else it does, is no matter.
# BHT_WATCH_SEEDS: so many schedules of it, default 10.
# time-limit: 7200
# needs: run kernel watch report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/watch.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../watch.sh"

seeds=${BHT_WATCH_SEEDS:-10}

# shellcheck disable=SC2016 # for the guest
readonly in_guest=$start_watch'
	start_watch /results/watch.txt --interval 1000 --until-race --lookups always \
		--json /results/watch.json || exit 77
	BHT_DURATION=300 ./ext4_load 2048 >/results/load.txt 2>&1 &
	load=$!
	until grep -q "at work" /results/load.txt; do
		kill -0 $load || exit 77
		sleep 0.1
	done
	read begin rest </proc/uptime
	(sleep $LIMIT; kill -INT $watch) &
	wait $watch
	echo "status $?"
	read end rest </proc/uptime
	echo "at work from $begin to $end"
	kill $load
	wait $load
	echo "load $?"
	cat /results/watch.txt'

# watched LIMIT OPTION...: boot a kernel and watch it.
watched()
{
	run scripts/bht-run --kernel 6.1:btf --accel icount --runs-dir "$scratch/runs" "${@:2}" \
		--command "LIMIT=$1; $in_guest"
}

for ((seed = 1; seed <= seeds; seed++)); do
	watched 30 --mutant norefs-unlock-early --seed "$seed"
	expect_output '^status 1$'
	expect_output '^RACE: ram0, folio [0-9]+, block [0-9]+: a buffer was referenced while its folio moved$'
	expect_output '^  who moved it: .* reason (syscall|compaction|unknown); seen by '
	expect_output '^  who took the reference: ext4_load '
	expect_output '^    .*buffer_migrate_folio_norefs'
	expect_output '^    .*__find_get_block'
done

watched 60 --seed 1
expect_status 0
expect_output '^status 0$'
expect_output '^load 0$'
expect_output '^verdict: clean '
expect "too little has moved" jq --exit-status '.watch.all.moved > 10000' "$scratch/runs/latest/results/watch.json"
finish

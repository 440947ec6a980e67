#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The race put back is convicted by bht-watch under the load of watch_ext4, without the
# module: within half a minute, with both stacks, exit status 1. The sound kernel is not.
# BHT_WATCH_BOOTS: so many times the race, default 3.
# time-limit: 7200
# needs: run kernel watch report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

boots=${BHT_WATCH_BOOTS:-3}

# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	BHT_DURATION=300 ./ext4_load 2048 >/results/load.txt 2>&1 &
	load=$!
	until grep -q "at work" /results/load.txt; do
		kill -0 $load || exit 77
		sleep 0.1
	done
	bht-watch --duration 30 --until-race --lookups always --json /results/watch.json
	echo "status $?"
	kill $load
	wait $load
	echo "load $?"'

# watched OPTION...: boot a kernel and watch it.
watched()
{
	run scripts/bht-run --kernel 6.1:btf "$@" --runs-dir "$scratch/runs" --command "$in_guest"
}

for ((boot = 0; boot < boots; boot++)); do
	watched --mutant norefs-unlock-early
	expect_output '^status 1$'
	expect_output '^RACE: ram0, folio [0-9]+, block [0-9]+: a buffer was referenced while its folio moved$'
	expect_output '^  who moved it: .* reason (syscall|compaction); seen by '
	expect_output '^  who took the reference: ext4_load '
	expect_output '^    .*buffer_migrate_folio_norefs'
	expect_output '^    .*__find_get_block'
done

watched
expect_status 0
expect_output '^status 0$'
expect_output '^load 0$'
expect_output '^verdict: clean '
finish

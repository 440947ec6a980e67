#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-debug stops at the culprit of three known bugs: it shows a stack inside the migrate
# callback and one inside the lookup, and stops before them if wanted. On a terminal gdb
# takes commands then.
# time-limit: 2400
# needs: run kernel debug

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# stacks_of KERNEL MUTANT: convict it, and debug that.
stacks_of()
{
	run scripts/bht-run --runs-dir "$scratch/runs" --accel icount --kernel "$1" --mutant "$2" \
		--tests convict --duration 2 --seed 7
	expect_status 1
	run scripts/bht-debug --run "$scratch/runs/latest" --batch
	expect_status 0
	expect_output 'where a reference to block [0-9]+ is taken while its folio is inside'
	expect_output '^  #[0-9]+ +0x[0-9a-f]+ __buffer_migrate_folio\+'
	expect_output '^  #[0-9]+ +0x[0-9a-f]+ (__find_get_block|find_get_block_common)\+'
	expect_output '^  #[0-9]+ +0x[0-9a-f]+ (lookup_block|personality_[a-z_]+)\+0x[0-9a-f]+ \[bhtorture\]$'
	expect_output '^  #[0-9]+ +0x[0-9a-f]+ violation_report\+0x0 \[bhtorture\]$'
	expect "no debug.txt" grep -q 'find_get_block[_a-z]*+' "$scratch/runs/latest/debug.txt"
}

stacks_of 6.1 norefs-unlock-early
run scripts/bht-debug --run "$scratch/runs/latest" --batch --before 3migrations
expect_status 0
expect_output 'stopped: .*, 3migrations before$'
run scripts/bht-debug --run "$scratch/runs/latest" --batch --before 20us
expect_status 0
expect_output '^the migrating task: convict'

# As typed, by somebody who waits for the prompt.
type_commands()
{
	local _

	for _ in {1..900}; do
		! grep -q '(gdb)' "$scratch/typed" 2>/dev/null || break
		sleep 1
	done
	printf 'info threads\nbacktrace 2\nbht-stacks\nquit\n'
}
# Not `run script`: run() gives what it runs nothing to read.
debug_on_terminal()
{
	type_commands | script --quiet --return --flush --log-out "$scratch/typed" \
		--command "scripts/bht-debug --run '$scratch/runs/latest'"
}
run debug_on_terminal
expect_output '^\* [12] +Thread 1'
expect_output '^#1 '
expect "bht-stacks does not print them again" test "$(grep -c 'the migrating task: ' <<<"$output")" = 2
stacks_of 6.1 get-after-unlock
stacks_of 7.3 flag-not-set
finish

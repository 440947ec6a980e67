#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module, loaded by hand: statistics on the console while it runs; a machine that goes
# down under the torture, whose hammer stands still before devices are shut down; threads
# that pause (stutter_ms); and a thread that is stuck for good: rmmod and the stop say so,
# and nobody waits for ever.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# by_hand PARAMETERS COMMANDS: load the module, then run COMMANDS in the guest.
by_hand()
{
	run scripts/bht-run --runs-dir "$scratch" --command "
		modprobe brd rd_size=8192
		insmod ./bhtorture.ko device=/dev/ram0 blocks=1024 $1 || exit
		$2
		reboot -f
		sleep 60"
	console=$scratch/latest/console.log
	expect "the guest does not restart" grep 'reboot: Restarting system' "$console"
}

by_hand stats_s=1 'sleep 4'
lines=$(grep -c 'bhtorture: [0-9]* lookups, .* violations in [0-9]* ms' "$console" || true)
((lines >= 3)) || wrong "$lines lines of statistics in 4 s"
expect "the hammer is not told that the machine goes down" \
	grep 'bhtorture: the machine goes down: the hammer stands still' "$console"

# Nobody is stuck who pauses because he is told to.
by_hand 'stutter_ms=4000 stuck_s=2 stats_s=1' 'sleep 10
	echo 1 >/sys/kernel/debug/bhtorture/stop
	echo "stop: $?"'
expect_output '^stop: 0'
refuse "a pause of its own is taken for stuck" grep 'made no progress for ' "$console"

by_hand 'inject=stuck.for_good stuck_s=2' 'sleep 5
	rmmod bhtorture 2>&1
	echo "rmmod: $?"
	echo 1 >/sys/kernel/debug/bhtorture/stop
	echo "stop: $?"
	lsmod | grep -c ^bhtorture'
expect_output 'bhtorture.*(in use|temporarily unavailable)'
expect_output '^rmmod: [1-9]'
expect_output '^stop: [1-9]'
expect "nobody is told to be stuck" grep 'a hammer thread .* made no progress for ' "$console"
expect "the stop does not say why" grep 'bhtorture: cannot stop: 1 threads' "$console"
expect "no verdict" grep 'bhtorture: --- End of test: FAILURE' "$console"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module, loaded by hand: statistics on the console while it runs; and a machine that
# goes down under the torture, whose hammer stands still before devices are shut down.
# time-limit: 300
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --runs-dir "$scratch" --command '
	modprobe brd rd_size=8192
	insmod ./bhtorture.ko device=/dev/ram0 blocks=1024 stats_s=1 || exit
	sleep 4
	reboot -f
	sleep 60'
console=$scratch/latest/console.log
lines=$(grep -c 'bhtorture: [0-9]* lookups, .* violations in [0-9]* ms' "$console" || true)
((lines >= 3)) || wrong "$lines lines of statistics in 4 s"
expect "the hammer is not told that the machine goes down" \
	grep 'bhtorture: the machine goes down: the hammer stands still' "$console"
expect "the guest does not restart" grep 'reboot: Restarting system' "$console"
finish

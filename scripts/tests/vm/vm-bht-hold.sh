#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hold leaves the kernel as it was: at its end, after a signal, and, by its next
# start, after SIGKILL; what others have set up stays. It counts one device's holds
# and nothing of another's. (Every signal and step at which it can end, and the recipes:
# vm-bht-hold-ends.)
# time-limit: 600
# needs: run trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/hold.sh
source scripts/tests/hold.sh

# shellcheck disable=SC2016 # for the guest
hold_guest '
	bht-hold record --output /results/folder -- sh -c "exit 7"; echo "status $?"
	same command
	bht-hold record --output /results/none --device /dev/null; echo "status $?"
	same refused
	start migration
	bht-hold list >/tmp/second 2>&1; echo "status $?"; cat /tmp/second
	kill -TERM $hold; wait $hold; echo "status $?"
	same TERM
	start migration
	kill -KILL $hold; wait $hold
	same killed
	bht-hold list >/results/list; same "killed, bht-hold list"

	modprobe brd rd_nr=2 rd_size=65536
	for device in ram0 ram1; do
		bht-hold record --output /results/$device --device /dev/$device -- \
			env BHT_TRACE= BHT_DEVICE=/dev/ram0 BHT_DURATION=3 BHT_ONLY=move_pages.block_1024 ./move_pages
	done
	same devices'

for what in command refused TERM 'killed, bht-hold list' devices; do
	expect_output "^as before: $what$"
done
# It is to be told from nothing to remove.
expect_output '^not as before: killed$'
expect_output '^status 7$'
expect_output "bht-hold: bad --device '/dev/null': not a block device"
expect_output 'bht-hold: another bht-hold is recording on this kernel'

report=$(bash -c 'source scripts/lib/base.sh; source scripts/lib/report-tool.sh; report_tool')
results=$scratch/latest/results
for file in hold.hist trace.dat; do
	run "$report" --fail-if 'hold.__buffer_migrate_folio.count<100' "$results/ram0/$file"
	expect_status 0
	run "$report" --fail-if 'hold.__buffer_migrate_folio.count>0' "$results/ram1/$file"
	expect_output 'nothing of it was measured'
done
finish

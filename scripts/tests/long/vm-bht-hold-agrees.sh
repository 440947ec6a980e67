#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What bht-hold measures from outside agrees with those who measure from inside: the
# module, which knows how long its own strategy holds private_lock (p50 within 20 %,
# the probes' calibrated cost taken off; an exact run, whatever else the machine does), and on a kernel with LOCK_STAT the kernel's
# own count of acquisitions (within 1 %).
# time-limit: 1500
# needs: run kernel trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

report=$(bash -c 'source scripts/lib/base.sh; source scripts/lib/report-tool.sh; report_tool')

# agree WHAT A B PERCENT: they differ by no more.
agree()
{
	printf '%s: %s and %s\n' "$1" "$2" "$3"
	jq --null-input --exit-status "($2 - $3 | fabs) <= $3 * $4 / 100" >/dev/null ||
		wrong "$1: $2 and $3 differ by more than $4 %"
}

# The strategy `held`.
run scripts/bht-run --accel icount --trace hold --tests controls --env 'BHT_ONLY=controls.held' \
	--duration 6 --runs-dir "$scratch/held"
expect_status 0
run "$report" --json --net "$scratch/held/latest/results/controls.held/hold.hist"
agree "hold of held_move, p50 in ns, probed and by the module" \
	"$(jq '.series[] | select(.what == "hold" and .holder == "held_move").p50_ns' <<<"$output")" \
	"$(jq '.tests[] | select(.name == "controls.held").latency.hold.p50_ns' \
		"$scratch/held/latest/result.json")" 20

# LOCK_STAT: all acquisitions of the lock's class while one load ran, by all functions.
# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	bht-hold record --side all --no-events --no-waits --output /results/all -- sh -c "
		echo 0 >/proc/lock_stat
		echo 1 >/proc/sys/kernel/lock_stat
		BHT_TRACE= BHT_DURATION=3 BHT_ONLY=move_pages.block_1024 ./move_pages
		echo 0 >/proc/sys/kernel/lock_stat"
	cat /proc/lock_stat >/results/lock_stat'
run scripts/bht-run --kernel 6.1:debug --mode command --trace hold --command "$in_guest" \
	--runs-dir "$scratch/debug"
expect_status 0
results=$scratch/debug/latest/results
run "$report" --json "$results/all/hold.hist"
expect "something cannot be measured" test "$(jq '.unmeasurable | length' <<<"$output")" = 0
# CLASS: con-bounces contentions wait-min wait-max wait-total wait-avg acq-bounces ACQUISITIONS
counted=$(awk '$1 ~ /private_lock:$/ { print $9 }' "$results/lock_stat")
agree "acquisitions, probed and by lock_stat" \
	"$(jq '[.series[] | select(.what == "hold").count] | add' <<<"$output")" "$counted" 1
finish

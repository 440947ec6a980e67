#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hold and bht-trace leave the kernel as it was however they end: at each signal, and
# killed at each step, by their next start. And --sample: what was counted in one turn is
# still there after the next.
# time-limit: 900
# needs: run trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/hold.sh
source scripts/tests/hold.sh

# shellcheck disable=SC2016 # for the guest
hold_guest '
	bht-hold list >/results/list; same list
	bht-hold record --output /results/folder --seconds 1 >/dev/null; same seconds
	for signal in INT TERM HUP; do
		start migration
		kill -$signal $hold; wait $hold; echo "status $?"
		same $signal
	done
	for next in "bht-hold --clean" "bht-hold list"; do
		start migration
		kill -KILL $hold; wait $hold
		same killed
		$next >/dev/null; same "killed, $next"
	done
	# While it is setting up: no trace-cmd yet, half of the triggers.
	for step in kprobe_events synthetic_events; do
		bht-hold record --side all --output /results/folder >/dev/null &
		hold=$!
		until grep -qsE "hold_try_to_free|acquired_try_to_free" $tracing/$step; do
			kill -0 $hold || break
			sleep 0.1
		done
		kill -KILL $hold; wait $hold
		same killed
		bht-hold --clean; same "killed at $step"
	done
	# Without bht-hold there is nothing but a signal to end it.
	start_recipe migrate
	kill $hold; wait $hold; echo "recipe, status $?"; same recipe
	# Nor does a killed one leave anything to the next.
	for recipe in function_graph hold-only; do
		start_recipe $recipe
		kill -KILL $hold; wait $hold
		same killed
		bht-trace --clean; same "killed, $recipe"
	done

	# With many turns, and ended in one.
	modprobe brd rd_size=65536
	read -r began _ </proc/uptime
	bht-hold record --no-events --no-waits --sample 20 --output /results/sampled -- \
		env BHT_TRACE= BHT_DEVICE=/dev/ram0 BHT_DURATION=10 BHT_ONLY=move_pages.block_1024 ./move_pages
	read -r ended _ </proc/uptime
	echo "sampled: $began to $ended"
	start_command bht-hold record --no-events --sample 50 --output /results/folder
	sleep 2.3
	kill $hold; wait $hold; echo "sampled, status $?"
	same sampled'

for what in list seconds INT TERM HUP 'killed, bht-hold --clean' 'killed, bht-hold list' \
	'killed at kprobe_events' 'killed at synthetic_events' recipe \
	'killed, function_graph' 'killed, hold-only' sampled; do
	expect_output "^as before: $what$"
done
expect_output '^not as before: killed$'
expect_output '^recipe, status 0$'
expect_output '^sampled, status 0$'

# Part of the time, and what was counted in one turn is still there after the next.
report=$(bash -c 'source scripts/lib/base.sh; source scripts/lib/report-tool.sh; report_tool')
hist=$scratch/latest/results/sampled/hold.hist
run "$report" --fail-if 'hold.__buffer_migrate_folio.count<100' "$hist"
expect_status 0
expect_output '^note: the probes were armed 20 % of the time'
share=$(awk -v armed="$(sed -n 's/^# seconds: //p' "$hist")" \
	'/^sampled: / { printf "%.0f", 100 * armed / ($4 - $2) }' <<<"$guest")
((share >= 1 && share <= 40)) || wrong "armed $share % of the time instead of about 20"
finish

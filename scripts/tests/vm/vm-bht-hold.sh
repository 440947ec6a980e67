#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hold leaves the kernel as it was: at its end, after a signal, and, by its next
# start, after SIGKILL; what others have set up stays. It counts one device's holds
# and nothing of another's.
# time-limit: 900
# needs: run trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	tracing=/sys/kernel/tracing
	mount -t tracefs tracefs $tracing 2>/dev/null

	state()
	{
		cat $tracing/kprobe_events $tracing/synthetic_events
		ls $tracing/instances $tracing/events/bht_hold 2>/dev/null
		cat /proc/sys/debug/kprobes-optimization $tracing/current_tracer
		cat $tracing/set_graph_function
		ps | grep "[t]race-cmd record\|[b]ht-hold\|[s]leep 1000000"
	}

	same()
	{
		state >/results/after
		cmp -s /results/before /results/after && echo "as before: $1" && return
		echo "not as before: $1"
		diff /results/before /results/after
	}

	# start SIDE, start_recipe NAME: in the background, until it records; its pid is
	# in $hold.
	start()
	{
		start_command bht-hold record --side $1 --output /results/folder
	}

	start_recipe()
	{
		start_command bht-trace --output /results/recipe $1
	}

	start_command()
	{
		rm -f /tmp/said
		"$@" >/tmp/said &
		hold=$!
		until grep -qs recording /tmp/said; do
			kill -0 $hold || return
			sleep 0.1
		done
	}

	# Of somebody else, with names like ours.
	echo "p:mine/probe vfs_read" >>$tracing/kprobe_events
	echo "hold_my_beer u64 ns" >>$tracing/synthetic_events
	mkdir $tracing/instances/mine
	state >/results/before

	bht-hold list >/results/list; same list
	bht-hold record --output /results/folder -- sh -c "exit 7"; echo "status $?"
	same command
	bht-hold record --output /results/folder --seconds 1 >/dev/null; same seconds
	bht-hold record --output /results/none --device /dev/null; echo "status $?"
	same refused
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
	start migration
	bht-hold list >/tmp/second 2>&1; echo "status $?"; cat /tmp/second
	kill $hold; wait $hold

	modprobe brd rd_nr=2 rd_size=65536
	for device in ram0 ram1; do
		bht-hold record --output /results/$device --device /dev/$device -- \
			env BHT_TRACE= BHT_DEVICE=/dev/ram0 BHT_DURATION=3 BHT_ONLY=move_pages.block_1024 ./move_pages
	done
	same devices

	# With many turns, and ended in one.
	read -r began _ </proc/uptime
	bht-hold record --no-events --no-waits --sample 20 --output /results/sampled -- \
		env BHT_TRACE= BHT_DEVICE=/dev/ram0 BHT_DURATION=10 BHT_ONLY=move_pages.block_1024 ./move_pages
	read -r ended _ </proc/uptime
	echo "sampled: $began to $ended"
	start_command bht-hold record --no-events --sample 50 --output /results/folder
	sleep 2.3
	kill $hold; wait $hold; echo "sampled, status $?"
	same sampled'

run scripts/bht-run --mode command --trace hold --command "$in_guest" --runs-dir "$scratch" \
	--timeout 800
expect_status 0
guest=$output
refuse "something was left behind" grep '^not as before' <<<"$(grep -v ': killed$' <<<"$output")"
for what in list command seconds refused INT TERM HUP 'killed, bht-hold --clean' \
	'killed, bht-hold list' 'killed at kprobe_events' 'killed at synthetic_events' recipe \
	'killed, function_graph' 'killed, hold-only' devices sampled; do
	expect_output "^as before: $what$"
done
# It is to be told from nothing to remove.
expect_output '^not as before: killed$'
expect_output '^status 7$'
expect_output '^recipe, status 0$'
expect_output '^sampled, status 0$'
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

# Part of the time, and what was counted in one turn is still there after the next.
hist=$results/sampled/hold.hist
run "$report" --fail-if 'hold.__buffer_migrate_folio.count<100' "$hist"
expect_status 0
expect_output '^note: the probes were armed 20 % of the time'
share=$(awk -v armed="$(sed -n 's/^# seconds: //p' "$hist")" \
	'/^sampled: / { printf "%.0f", 100 * armed / ($4 - $2) }' <<<"$guest")
((share >= 1 && share <= 40)) || wrong "armed $share % of the time instead of about 20"
finish

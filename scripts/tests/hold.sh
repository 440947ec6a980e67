# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests of bht-hold share in the guest: somebody else's probes, how recordings are
# begun there, and whether the kernel is as it was before. Sourced after expect.sh.
# shellcheck disable=SC2034,SC2154 # guest is the tests', scratch is expect.sh's

# shellcheck disable=SC2016 # for the guest
readonly hold_in_guest='
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
'

# hold_guest COMMANDS: run them in a guest, after what is above; its output is in guest.
hold_guest()
{
	run scripts/bht-run --mode command --trace hold --command "$hold_in_guest$1" \
		--runs-dir "$scratch" --timeout 800
	expect_status 0
	guest=$output
	refuse "something was left behind" grep '^not as before' <<<"$(grep -v ': killed$' <<<"$output")"
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch in a guest with the distribution's kernel: beside the module on the same load
# it counts the same, on a sound kernel it convicts nobody; it ends on signals and leaves no
# probe; a user with the two capabilities may run it, one without may not.
# time-limit: 400
# needs: run watch report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/watch.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../watch.sh"

# shellcheck disable=SC2016 # for the guest
readonly in_guest=$start_watch'
	probes()
	{
		cat /sys/kernel/debug/kprobes/list /sys/kernel/tracing/enabled_functions
	}

	probes >/results/before
	start_watch /results/beside.txt --duration 1000 --lookups always --json /results/beside.json
	BHT_DURATION=5 BHT_ONLY="*.block_1024*" ./move_pages >/results/module.log 2>&1
	kill -INT $watch; wait $watch; echo "status INT $?"
	for signal in TERM HUP; do
		start_watch /results/$signal.txt --duration 1000
		kill -$signal $watch; wait $watch; echo "status $signal $?"
	done
	start_watch /results/kill.txt --duration 1000 --lookups always
	kill -KILL $watch; wait $watch
	sleep 1
	probes >/results/after
	cmp /results/before /results/after && echo "as before"

	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups bht-watch --duration 1
	echo "status nobody $?"
	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps -all,+bpf \
		--ambient-caps -all,+bpf bht-watch --duration 1
	echo "status half $?"
	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps -all,+bpf,+perfmon \
		--ambient-caps -all,+bpf,+perfmon bht-watch --duration 2
	echo "status capable $?"
'

scripts/bht-initramfs programs --output "$scratch/setpriv.cpio" "$(command -v setpriv)"
run scripts/bht-run --archive "$scratch/setpriv.cpio" --runs-dir "$scratch/runs" --command "$in_guest"
expect_status 0
results=$scratch/runs/latest/results
cat -- "$results/beside.txt" || wrong "no output"
for signal in INT TERM HUP; do
	expect_output "^status $signal 0$"
done
expect_output '^as before$'
expect_output '^bht-watch: no permission: .*missing: CAP_BPF, CAP_PERFMON'
expect_output '^status nobody 3$'
expect_output '^bht-watch: no permission: .*missing: CAP_PERFMON'
expect_output '^status half 3$'
expect_output '^status capable 0$'

# What the module counted of its device, the watch counted of the same.
# shellcheck disable=SC2016 # for jq
expect_counts "$results/module.log" "$results/beside.json" '
	.watch.all.moved == $ours.migrations and .watch.judged == .watch.all.moved and
	.watch.verdict == "clean" and .watch.races == 0 and
	([.watch.migrations[].reason] | unique) == ["syscall"] and
	.tests[0].latency.callback.count == .watch.all.moved'
run scripts/bht-report --html --output "$scratch/watch.html" "$results/beside.json"
expect_status 0
expect "no page" grep -q lookup_migrating "$scratch/watch.html"
finish

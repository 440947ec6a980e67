#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# TRACE=exact measures from outside: the guest's output is the same to the byte, it takes at
# most twice as long, and the same run gives the same report. What the module measures of its
# own strategy `held` is what is seen from outside, but for its two readings of the clock.
# time-limit: 1500
# needs: run trace report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/exact.sh
source scripts/tests/exact.sh

# Of CPU seconds: those of the clock depend on what else this machine does.
readonly cost_max=2
# Two calls of sched_clock(), as far as they lie within the hold: so many ns, of 4 an instruction.
readonly clock_reads_ns=600
readonly first=$scratch/first second=$scratch/second bare=$scratch/bare

# What has to be built is, and the guest has been asked, before it is measured.
exact_run "$first" --trace exact --duration 2
exact_run "$second" --trace exact --duration 2
exact_cpu_s=$cpu_s
exact_run "$bare" --duration 2
say "CPU seconds: $exact_cpu_s with TRACE=exact, $cpu_s without"
expect "it takes more than $cost_max times as long" awk -v a="$exact_cpu_s" -v b="$cpu_s" -v most="$cost_max" \
	'BEGIN { exit a > most * b }'
expect "the output differs" cmp "$first/latest/ktap.log" "$bare/latest/ktap.log"
expect "the console differs" cmp "$first/latest/console.log" "$bare/latest/console.log"
expect "the same run gives another report" cmp \
	<(jq 'del(.path)' "$first/report.json") <(jq 'del(.path)' "$second/report.json")
expect_all_there "$second"

exact_run "$scratch/held" --trace exact --duration 1 --strategy held
expect_of "$scratch/held" '.interleavings.violations == 0'
expect_of "$scratch/held" "
	[.series[] | select(.what == \"hold\" and .unit == \"ns\" and .holder == \"held_move\")] as \$seen
	| \$run.latency.hold as \$own
	| (((\$seen | map(.sum_ns) | add) - \$own.total_ns) / \$own.count) as \$apart
	| (\$seen | map(.count) | add) == \$own.count and \$own.count > 100
	  and \$apart > 0 and \$apart < $clock_reads_ns"
finish

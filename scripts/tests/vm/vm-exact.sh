#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# TRACE=exact measures from outside: the guest's output is the same to the byte, each
# migration that the module has counted is there, no hold is without its end, and the same
# run gives the same report.
# time-limit: 1500
# needs: run trace report result
# shellcheck disable=SC2016 # for jq

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly first=$scratch/first second=$scratch/second bare=$scratch/bare

# exact_run RUNS OPTION...
exact_run()
{
	run scripts/bht-run --runs-dir "$1" --accel icount --tests convict --duration 2 --seed 3 "${@:2}"
	expect_status 0
	run scripts/bht-report --json --output "$1/report.json" "$1/latest/"
	expect_status 0
}

# expect_of JQ: it holds for the first run's report, $run being its result.json.
expect_of()
{
	jq --exit-status --slurpfile result "$first/latest/result.json" \
		"(\$result[0].tests[0]) as \$run | $1" "$first/report.json" >/dev/null || wrong "not so: $1"
}

exact_run "$first" --trace exact
exact_run "$second" --trace exact
exact_run "$bare"
expect "the output differs" cmp "$first/latest/ktap.log" "$bare/latest/ktap.log"
expect "the console differs" cmp "$first/latest/console.log" "$bare/latest/console.log"
expect "the same run gives another report" cmp \
	<(jq 'del(.path)' "$first/report.json") <(jq 'del(.path)' "$second/report.json")
expect_of '[.series[] | select(.holder == "migration" and .outcome == "moved").count] == [$run.migrations]'
expect_of '[.series[] | select(.holder == "migration" and .outcome != "moved").count] | add == $run.refused'
expect_of '[.series[] | select(.what == "hold" and .unit == "insn" and .outcome == "moved").count] | add >= $run.migrations'
expect_of '[.series[] | select(.what == "latency" and .unit == "insn" and .holder != "migration").count] | add >= $run.lookups'
expect "a hold without its end" grep '^# unjoined=0$' "$first"/latest/results/*/exact.hist

run scripts/bht-run --runs-dir "$scratch/usage" --accel tcg --trace exact
expect_status 2
expect_output "bad --trace 'exact'.*icount"
finish

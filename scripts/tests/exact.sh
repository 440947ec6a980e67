# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2016 # shared with the tests and with expect.sh; for jq
#
# exact.sh - what the tests of TRACE=exact share: a run of convict, and what its report has to
# agree with. Sourced after expect.sh.

# exact_run RUNS OPTION...: one run, with this figure of the host's in $cpu_s, and its report.
exact_run()
{
	local before

	before=$(children_cpu $$)
	run scripts/bht-run --runs-dir "$1" --accel icount --tests convict --seed 3 "${@:2}"
	cpu_s=$(awk -v a="$before" -v b="$(children_cpu $$)" 'BEGIN { print b - a }')
	expect_status 0
	run scripts/bht-report --json --output "$1/report.json" "$1/latest/"
	expect_status 0
}

# expect_of RUNS JQ: it holds for that run's report, $run being its test's record.
expect_of()
{
	jq --exit-status --slurpfile result "$1/latest/result.json" \
		"(\$result[0].tests[0]) as \$run | $2" "$1/report.json" >/dev/null || wrong "not so: $2"
}

# expect_all_there RUNS: what the module has counted from within was seen from outside, each
# migration, each lookup, and each time that a migration held the lock.
expect_all_there()
{
	local migrations='.series[] | select(.what == "latency" and .holder == "migration" and .unit == "insn")'

	expect_of "$1" "[$migrations | select(.outcome == \"moved\").count] == [\$run.migrations]"
	expect_of "$1" "[$migrations | select(.outcome != \"moved\").count] | add == \$run.refused"
	# Each that moves has looked for references once, and maybe again.
	expect_of "$1" '[.series[] | select(.what == "hold" and .unit == "insn" and .outcome != null).count]
		| add == $run.moves.holds and . >= $run.migrations'
	expect_of "$1" '[.series[] | select(.what == "latency" and .unit == "insn" and .holder != "migration").count]
		| add >= $run.lookups'
	expect_of "$1" '.interleavings | .violations == 0 and .met > 0.5 * .possible'
	expect "a hold without its end" grep '^# unjoined=0$' "$1"/latest/results/*/exact.hist
}

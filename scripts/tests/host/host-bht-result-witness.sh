#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's closing line is a witness: a record that passes names the one it expects.
# time-limit: 300
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/result.sh
source scripts/tests/result.sh

# module_ends NAME LINE: what the module says on the console.
module_ends()
{
	printf '[    5.9] bhtorture: --- End of test: %s: test=%s device=/dev/ram0 strategy=kernel\r\n' \
		"$2" "$1" >>"$folder/console.log"
}

# a_run RESULT EXPECTED [LINE...]: a test with this record, and what the module said.
a_run()
{
	local result=$1 expected=$2 line

	shift 2
	begin_run tests controls
	a_test controls.held "$result" ",\"module_verdict\":\"$expected\""
	case $result in
	pass) ktap 'ok 1 selftests: bhtorture: controls' ;;
	skip) ktap 'ok 1 selftests: bhtorture: controls # SKIP' ;;
	*) ktap 'not ok 1 selftests: bhtorture: controls # exit=1' ;;
	esac
	# Of another test, and of a torture that no test was for.
	module_ends controls.held_widened FAILURE
	printf '[    5.9] bhtorture: --- End of test: FAILURE: device=/dev/ram0\r\n' >>"$folder/console.log"
	for line; do
		module_ends controls.held "$line"
	done
	end_run finished
}

a_run pass SUCCESS SUCCESS
is '.verdict == "pass" and .tests[0].result == "pass"'
a_run pass FAILURE FAILURE
is '.verdict == "pass"'
# Some of a test's tortures are too short to say anything: the last one counts.
a_run pass SUCCESS INCONCLUSIVE INCONCLUSIVE SUCCESS
is '.verdict == "pass"'

a_run pass SUCCESS FAILURE
is '.verdict == "error" and .conviction == null'
expect_output '^error: controls.held: the module was to end with SUCCESS, its console has FAILURE; the test said: because'
a_run pass SUCCESS FAILURE SUCCESS
is '.verdict == "error"'
a_run pass SUCCESS INCONCLUSIVE
is '.verdict == "error"'
a_run pass FAILURE SUCCESS
is '.verdict == "error"'
a_run pass SUCCESS
is '.verdict == "error"'
expect_output 'the module was to end with SUCCESS, its console has no closing line;'

# What is not a pass needs no witness, but must not have been acquitted.
a_run inconclusive SUCCESS INCONCLUSIVE
is '.verdict == "inconclusive"'
a_run inconclusive SUCCESS
is '.verdict == "inconclusive"'
a_run inconclusive SUCCESS FAILURE
is '.verdict == "error"'
a_run fail SUCCESS FAILURE
is '.verdict == "fail"'
a_run skip SUCCESS
is '.tests[0].result == "skip"'
finish

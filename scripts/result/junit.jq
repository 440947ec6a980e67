# SPDX-License-Identifier: GPL-2.0
#
# result/junit.jq - result.json as JUnit XML, for CI servers. A violation is a failure;
# what proves nothing (inconclusive, error) is an error. It fits the schema of Ant, which asks
# for much and has no attributes at its top, and that of Jenkins. Called by bht-result.

include "console";

# XML 1.0 has no control characters, not even escaped.
def text: tostring | gsub("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"; "?") | @html;

def attribute($name; $value): " \($name)=\"\($value | text)\"";

def element($name): "<\($name)\(attribute("message"; .reason // ""))\(attribute("type"; .first_violation.oracle // .result))/>";

# A testcase's element, or nothing for one that passed.
def outcome:
	if .result == "fail" then element("failure")
	elif .result == "skip" then "<skipped\(attribute("message"; .reason // ""))/>"
	elif .result == "pass" then ""
	else element("error") end;

# A decimal number without an exponent.
def seconds: (. // 0) * 1000 | round / 1000;

def count($result): map(select(.result == $result)) | length;

. as $run
| ([$run.tests[]] + [console]) as $tests
| ($tests | count("fail")) as $failures
| ($tests | count("skip")) as $skipped
| ([$tests[] | select(.result | IN("pass", "fail", "skip") | not)] | length) as $errors
| ([$tests[].seconds // 0] | add | seconds) as $seconds
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
  "<testsuites>",
  "<testsuite\([{name: "bhtorture", package: "bhtorture", id: 0, timestamp: $began, hostname: "localhost",
	tests: ($tests | length), failures: $failures, errors: $errors, skipped: $skipped, time: $seconds}
	| to_entries[] | attribute(.key; .value)] | add)>",
  "<properties>",
  ({kernel: .kernel.release, era: .kernel.era, source: .kernel.source, accel: .host.accel,
    seed, strategy, verdict, conviction, ended} | to_entries[] | select(.value != null)
   | "<property\(attribute("name"; .key))\(attribute("value"; .value))/>"),
  "</properties>",
  ($tests[] | (.name | split(".")) as $path
   | "<testcase\(attribute("classname"; "bhtorture." + $path[0]))\(attribute("name"; $path[1:] | join(".") | if . == "" then $path[0] else . end))\(attribute("time"; .seconds | seconds))>\(outcome)</testcase>"),
  "<system-out/>", "<system-err/>",
  "</testsuite>",
  "</testsuites>"

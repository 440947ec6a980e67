# SPDX-License-Identifier: GPL-2.0
#
# result/junit.jq - result.json as JUnit XML, for CI servers. A violation is a failure;
# what proves nothing (inconclusive, error) is an error. Called by bht-result.

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

def count($result): map(select(.result == $result)) | length;

. as $run
| ([$run.tests[]] + [console]) as $tests
| ($tests | count("fail")) as $failures
| ($tests | count("skip")) as $skipped
| ([$tests[] | select(.result | IN("pass", "fail", "skip") | not)] | length) as $errors
| ([$tests[].seconds // 0] | add) as $seconds
| (attribute("tests"; $tests | length) + attribute("failures"; $failures)
   + attribute("errors"; $errors) + attribute("skipped"; $skipped) + attribute("time"; $seconds)) as $totals
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
  "<testsuites\(attribute("name"; "bhtorture"))\($totals)>",
  "<testsuite\(attribute("name"; "bhtorture"))\($totals)>",
  "<properties>",
  ({kernel: .kernel.release, era: .kernel.era, source: .kernel.source, accel: .host.accel,
    seed, strategy, verdict, conviction, ended} | to_entries[] | select(.value != null)
   | "<property\(attribute("name"; .key))\(attribute("value"; .value))/>"),
  "</properties>",
  ($tests[] | (.name | split(".")) as $path
   | "<testcase\(attribute("classname"; "bhtorture." + $path[0]))\(attribute("name"; $path[1:] | join(".") | if . == "" then $path[0] else . end))\(attribute("time"; .seconds // 0))>\(outcome)</testcase>"),
  "</testsuite>",
  "</testsuites>"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A result for others: JUnit XML that a parser reads, and a report that fits KCIDB's schema
# 5.3, whatever the tests have said.
# time-limit: 120
# needs: result xml

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/result.sh
source scripts/tests/result.sh

# junit XPATH VALUE
junit()
{
	local value

	value=$(xmllint --xpath "$1" "$folder/junit.xml") || wrong "junit.xml: no $1"
	[[ $value == "$2" ]] || wrong "junit.xml: $1 is '$value', not '$2'"
}

# kcidb JQ: the report is so.
kcidb()
{
	jq --exit-status "$1" "$folder/kcidb.json" >/dev/null ||
		wrong "not so: $1 in $(cat -- "$folder/kcidb.json")"
}

begin_run tests move_pages compaction damon thp
a_test move_pages.block_512 pass
ktap 'ok 1 selftests: bhtorture: move_pages'
ktap '# # bhtorture: {"name":"compaction.direct","result":"fail","reason":"<a> & \"b\" \u0001\u001b]]>","seconds":1.5,"lookups":9,"migrations":8,"exposures":7,"violations":{"torn":1},"first_violation":{"oracle":"torn","ms":12,"migrations":300,"block":17}}' \
	'# not ok 1 compaction.direct.hammered' 'not ok 2 selftests: bhtorture: compaction # exit=1'
a_test damon skip
ktap 'ok 3 selftests: bhtorture: damon # SKIP'
a_test thp inconclusive
ktap 'not ok 4 selftests: bhtorture: thp # exit=1'
printf '[    9.9] WARNING: CPU: 1 PID: 2 at mm/migrate.c:3 x+0x1/0x2\r\n' >>"$folder/console.log"
end_run finished
expect_status 1

run xmllint --noout --schema scripts/tests/host/junit.xsd "$folder/junit.xml"
expect_status 0
for key in tests:5 failures:2 errors:1 skipped:1; do
	junit "string(/testsuites/testsuite/@${key%:*})" "${key#*:}"
done
junit 'count(//testcase)' 5
junit 'count(//testcase/failure)' 2
junit 'string(//testcase[@name="direct"]/@classname)' bhtorture.compaction
junit 'string(//testcase[@name="direct"]/failure/@message)' '<a> & "b" ??]]>'
junit 'string(//testcase[@name="direct"]/failure/@type)' torn
junit 'string(//testcase[@name="thp"]/error/@message)' because
junit 'string(//testcase[@name="console"]/failure/@type)' kernel
junit 'count(//testcase[@name="block_512"]/*)' 0
junit 'string(//property[@name="kernel"]/@value)' 6.1.0-56-amd64

# What kcidb-io 5.3 asks for: ids with their origin, the status words, paths, no nulls.
kcidb '.version == {major: 5, minor: 3} and (keys - ["builds", "checkouts", "tests", "version"]) == []'
kcidb '[.checkouts[], .builds[], .tests[]] | all(.origin == "bhtorture" and (.id | test("^[a-z0-9_]+:.+")))'
kcidb '.builds[0].checkout_id == .checkouts[0].id'
kcidb '[.builds[].id] == ([.tests[].build_id] | unique)'
kcidb '[.tests[].path] == ["bhtorture.move_pages.block_512", "bhtorture.compaction.direct", "bhtorture.damon", "bhtorture.thp", "bhtorture.console"]'
kcidb '[.tests[].status] == ["PASS", "FAIL", "SKIP", "ERROR", "FAIL"]'
kcidb '[.tests[].id] | unique | length == 5'
kcidb '[.. | select(. == null)] == []'
kcidb 'all(.tests[]; (keys - ["build_id", "comment", "duration", "environment", "id", "misc", "origin", "path", "status"]) == [])'

# Another run's ids are others, although its folder has the same name; a name with what no
# path may have gets one without.
ids=$(jq --compact-output '[.tests[].id]' "$folder/kcidb.json")
begin_run tests convict
ktap '# # bhtorture: {"name":"convict.50%/ä b","result":"pass","reason":"","seconds":1,"lookups":9,"migrations":8,"exposures":7,"violations":{},"first_violation":null}' \
	'# ok 1 convict.50%/ä b.hammered' 'ok 1 selftests: bhtorture: convict'
end_run finished
kcidb '.tests | length == 1 and all(.[]; .path == "bhtorture.convict.50____b")'
kcidb "$ids - [.tests[].id] == $ids"
kcidb "(.tests[0].id | sub(\"-[0-9]+/.*\"; \"\")) == (${ids}[0] | sub(\"-[0-9]+/.*\"; \"\"))"

# Times that jq writes with an exponent; and the schema refuses what others do.
begin_run tests convict
ktap '# # bhtorture: {"name":"convict.short","result":"pass","reason":"","seconds":0.00000123,"lookups":9,"migrations":8,"exposures":7,"violations":{},"first_violation":null}' \
	'# ok 1 convict.short.hammered' 'ok 1 selftests: bhtorture: convict'
end_run finished
run xmllint --noout --schema scripts/tests/host/junit.xsd "$folder/junit.xml"
expect_status 0
for change in 's/ hostname="[^"]*"//' 's/<testsuites>/<testsuites tests="1">/' 's/ time="[^"]*"/ time="1e-05"/' \
	's/ timestamp="[^"]*"/ timestamp="today"/' 's,<system-err/>,,'; do
	sed "$change" "$folder/junit.xml" >"$scratch/broken.xml"
	run xmllint --noout --schema scripts/tests/host/junit.xsd "$scratch/broken.xml"
	expect "not refused: $change" test "$status" = 3
done
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-result's verdicts from canned runs: records, KTAP, console and the VM's end
# each can spoil a run, and none of them is believed alone.
# time-limit: 300
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/result.sh
source scripts/tests/result.sh

# All is well.
begin_run tests move_pages compaction
a_test move_pages.block_512 pass
a_test move_pages.block_1024 pass
ktap 'ok 1 selftests: bhtorture: move_pages'
a_test compaction pass
ktap 'ok 2 selftests: bhtorture: compaction'
end_run finished
expect_status 0
closing '3 passed, 0 failed, 0 skipped'
is '.schema == 1 and .verdict == "pass" and ([.tests[].migrations] | add) == 600'
is '.kernel == {release: "6.1.0-56-amd64", era: "held", source: "distro"} and .seed == 7'
is '.host == {accel: "tcg", smp: 2, mem_mb: 768} and .console.problems == []'

# A violation, in all its details.
begin_run tests move_pages
ktap '# #  RUN           move_pages.block_512.hammered ...'
ktap '# # bhtorture: {"name":"move_pages.block_512","result":"fail","reason":"bad","seconds":1.5,"lookups":9,"migrations":8,"exposures":7,"violations":{"lost_update":46,"torn":1},"first_violation":{"oracle":"lost_update","ms":12,"migrations":300,"block":17,"expected":42,"found":41}}'
ktap '# not ok 1 move_pages.block_512.hammered' 'not ok 1 selftests: bhtorture: move_pages # exit=1'
end_run finished
expect_status 1
closing '0 passed, 1 failed, 0 skipped'
expect_output 'violation in move_pages.block_512: oracle lost_update, block 17, generation expected 42, found 41, after 12 ms and 300 migrations'
expect_output 'fail +1.5 +9 +8 +5 +7 +47 '
is '.verdict == "fail" and .tests[0].first_violation.oracle == "lost_update"'

# Inconclusive is named and counts as failed; a skip beside a pass does not matter.
begin_run tests move_pages compaction
a_test move_pages pass
ktap 'ok 1 selftests: bhtorture: move_pages'
a_test compaction inconclusive
ktap 'not ok 2 selftests: bhtorture: compaction # exit=1'
end_run finished
expect_status 1
closing '1 passed, 1 failed, 0 skipped'
expect_output 'inconclusive: compaction: because'
is '.verdict == "inconclusive"'
begin_run tests move_pages compaction
a_test move_pages pass
ktap 'ok 1 selftests: bhtorture: move_pages'
a_test compaction skip
ktap 'ok 2 selftests: bhtorture: compaction # SKIP'
end_run finished
expect_status 0
closing '1 passed, 0 failed, 1 skipped'

# Everything skipped is no pass.
begin_run tests compaction
a_test compaction skip
ktap 'ok 1 selftests: bhtorture: compaction # SKIP'
end_run finished
expect_status 4
closing '0 passed, 0 failed, 1 skipped'

# KTAP says not ok, the record says pass; and the other way round.
begin_run tests compaction
record compaction pass
ktap '# not ok 1 compaction.hammered' 'not ok 1 selftests: bhtorture: compaction # exit=1'
end_run finished
expect_status 1
closing '0 passed, 1 failed, 0 skipped'
is '.verdict == "fail" and (.tests[0].reason | test("KTAP says not ok"))'
begin_run tests compaction
record compaction fail
ktap '# ok 1 compaction.hammered' 'ok 1 selftests: bhtorture: compaction'
end_run finished
expect_status 1
closing '0 passed, 1 failed, 0 skipped'

# The program failed after its last record said pass; it died without a record;
# it ended well without one.
begin_run tests compaction
a_test compaction pass
ktap 'not ok 1 selftests: bhtorture: compaction # exit=139'
end_run finished
expect_status 1
closing '1 passed, 1 failed, 0 skipped'
is '.verdict == "error"'
expect_output 'exit=139'
begin_run tests compaction
ktap '# #  RUN           compaction.hammered ...' '# not ok 1 compaction.hammered' \
	'not ok 1 selftests: bhtorture: compaction # TIMEOUT 45 seconds'
end_run finished
expect_status 1
closing '0 passed, 1 failed, 0 skipped'
is '.verdict == "error" and (.tests | length) == 1'
begin_run tests compaction
ktap 'ok 1 selftests: bhtorture: compaction'
end_run finished
expect_status 1
closing '0 passed, 1 failed, 0 skipped'

# The guest hung in the second variant: what is known of it is kept.
begin_run tests move_pages compaction
a_test move_pages.block_512 pass
ktap '# #  RUN           move_pages.block_1024.hammered ...' \
	'# # move_pages.block_1024: 4 s of 10, 12345 migrations, 9876 exposures'
end_run hang 'the guest hangs: no output for 180 s' null
expect_status 1
closing '1 passed, 2 failed, 0 skipped'
expect_output '^ended: hang: the guest hangs'
is '.verdict == "error" and .tests[1].name == "move_pages.block_1024" and .tests[1].migrations == 12345'
is '.tests[2].name == "compaction" and .tests[2].result == "error"'

# A panic in the middle of torture is the kernel's failure.
begin_run tests move_pages
ktap '# #  RUN           move_pages.block_512.hammered ...' \
	'# # move_pages.block_512: 4 s of 10, 12345 migrations, 9876 exposures'
printf '[    9.9] Kernel panic - not syncing: Fatal exception\r\n' >>"$folder/console.log"
end_run panic 'the guest panicked' null
expect_status 1
is '.verdict == "fail" and .tests[0].first_violation == {oracle: "kernel", ms: 4000, migrations: 12345}'
expect_output 'console, line 2: Kernel panic'

# What the module told on the console before the guest died is known, too; not what
# it told of a test that had ended before.
violation='bhtorture: violation stale_write: device 1:0 block 224 (page index 56, offset 3072) expected 26 found 27, written or vacated 52 ms ago, by bht_quarantine on CPU 1, 2946 ms and 512 migrations into the torture'
begin_run tests move_pages
ktap '# #  RUN           move_pages.block_512.hammered ...'
printf '[    5.9] %s\r\n' 'bhtorture: --- Start of test: device=/dev/ram0' "${violation/stale_write/torn}" \
	'bhtorture: --- End of test: FAILURE: device=/dev/ram0' \
	'bhtorture: --- Start of test: device=/dev/ram0' "$violation" "${violation/stale_write/torn}" \
	'Kernel panic - not syncing: Fatal exception' >>"$folder/console.log"
end_run panic 'the guest panicked' null
expect_status 1
is '.tests[0].first_violation | .oracle == "stale_write" and .ms == 2946 and .migrations == 512 and .block == 224'
is '.tests[0].violations == {stale_write: 1, kernel: 1} and .tests[0].migrations == 512'

# A machine on which nothing runs any more is stuck, and that is the kernel's fault.
begin_run tests convict
ktap '# #  RUN           convict.steered.steered ...' \
	'# # convict.steered: 2 s of 10, 3 migrations, 4 exposures'
violation=${violation/stale_write/stuck}
printf '[    9.9] %s\r\n' 'bhtorture: --- Start of test: device=/dev/ram0' "$violation" \
	'bhtorture: no thread has run for 10 s, 12345 ms and 17 migrations into the torture; this CPU, its stack:' \
	'Call Trace:' >>"$folder/console.log"
end_run hang 'the guest stands still: no thread runs any more' null
expect_status 1
is '.verdict == "fail" and (.console.problems | length) == 1 and .tests[0].result == "fail"'
is '.tests[0].first_violation.oracle == "stuck" and .tests[0].first_violation.ms == 2946'

# A complaint of the kernel spoils a run whose tests passed, unless allowed.
begin_run tests compaction
a_test compaction pass
ktap 'ok 1 selftests: bhtorture: compaction'
printf '[    9.9] Buffer I/O error on dev dm-0, logical block 1\r\n' >>"$folder/console.log"
end_run finished
expect_status 1
closing '1 passed, 1 failed, 0 skipped'
is '.verdict == "fail" and .console.problems == [{line: 2, text: "Buffer I/O error on dev dm-0, logical block 1"}]'
jq '.allow_console = ["Buffer I/O error on dev dm-0"]' "$folder/request.json" >"$folder/new"
mv -- "$folder/new" "$folder/request.json"
end_run finished
expect_status 0
closing '1 passed, 0 failed, 0 skipped'

# A test that makes the kernel complain says so. That excuses nothing else.
for complaint in 'I/O error, dev nullb0, sector 8' 'EXT4-fs error (device nullb0): ext4_find_entry:1'; do
	begin_run tests device_trouble
	a_test device_trouble.bad_blocks pass ',"provokes":["I/O error, dev nullb"]'
	ktap 'ok 1 selftests: bhtorture: device_trouble'
	printf '[    9.9] %s\r\n' "$complaint" >>"$folder/console.log"
	end_run finished
	if [[ $complaint == I/O* ]]; then
		closing '1 passed, 0 failed, 0 skipped'
	else
		closing '1 passed, 1 failed, 0 skipped'
	fi
done

# A conviction takes an oracle, or what happens to the kernel under torture.
for when in before after; do
	begin_run tests convict
	a_test convict.steered pass
	ktap 'ok 1 selftests: bhtorture: convict'
	[[ $when == before ]] || printf '[    8.0] bhtorture: --- Start of test\r\n' >>"$folder/console.log"
	printf '[    9.9] WARNING: CPU: 0 PID: 1 at mm/migrate.c:1 f+0x1/0x2\r\n' >>"$folder/console.log"
	[[ $when == after ]] || printf '[   10.0] bhtorture: --- Start of test\r\n' >>"$folder/console.log"
	end_run finished
	is "$(if [[ $when == after ]]; then echo '.conviction == "kernel"'; else echo '.conviction == null and .verdict == "fail"'; fi)"
done

# Nothing ran; all ran but the end was not well.
begin_run tests compaction
: >"$folder/ktap.log"
end_run no_tests 'the guest did not reach its tests' null
expect_status 1
closing '0 passed, 1 failed, 0 skipped'
is '.verdict == "error"'
begin_run tests compaction
a_test compaction pass
ktap 'ok 1 selftests: bhtorture: compaction'
end_run interrupted 'interrupted by SIGINT' null
expect_status 1
closing '1 passed, 1 failed, 0 skipped'

# A log cut in the middle of a record, with anything in it.
begin_run tests compaction
ktap '# # bhtorture: {"name":"compaction","resu'
head -c 1000 /dev/urandom >>"$folder/ktap.log"
end_run disk_full 'the disk is full' null
expect_status 1
is '.verdict == "error" and .ended == "disk_full"'

# Not the kernel that was asked for.
begin_run tests compaction
printf '# guest: ready, Linux 6.1.0-57-amd64, 2 CPUs, 2 NUMA nodes, 4 s after boot\n' >"$folder/ktap.log"
a_test compaction pass
ktap 'ok 1 selftests: bhtorture: compaction'
end_run finished
expect_status 1
expect_output 'error: kernel: booted 6.1.0-57-amd64, asked for 6.1.0-56-amd64'

# bench: its rows as a table and as a file.
begin_run bench
ktap '# bhtorture: {"name":"bench","result":"pass","reason":"","seconds":9,"rows":[{"name":"bare_lookups","value":1234567.8,"unit":"lookups/s per CPU","ratio":1},{"name":"hammer_lookups","value":700000,"unit":"lookups/s per CPU","ratio":0.567}]}'
end_run finished
expect_status 0
expect_output '^bare_lookups +1234568 +lookups/s per CPU +1.00$'
expect "no bench.json" jq --exit-status '.rows[1].ratio == 0.567' "$folder/bench.json"

# begin_soak: as begin_run, of two tests.
begin_soak()
{
	begin_run tests move_pages compaction
	jq '.soak_s = 7200 | .profile = "soak"' "$folder/request.json" >"$folder/new"
	mv -- "$folder/new" "$folder/request.json"
}

# program NAME RESULT: what the runner says of one with one test.
program()
{
	ktap "# soak: 0.01 of 2.00 h, round 1; 0 passed; now $1" 'TAP version 13' '1..1' "# selftests: bhtorture: $1"
	a_test "$1" "$2"
	ktap "$([[ $2 == pass || $2 == skip ]] || printf 'not ')ok 1 selftests: bhtorture: $1"
}

# reading ROUND FREE_KIB
reading()
{
	ktap "# soak: {\"round\":$1,\"seconds\":9,\"free_kib\":$2,\"slab_kib\":30000}"
}

# A soak's rounds are added up; its memory is judged.
begin_soak
for round in 1 2 3; do
	program move_pages pass
	program compaction "$([[ $round == 2 ]] && printf inconclusive || printf pass)"
	reading "$round" $((600000 - round))
done
end_run finished
expect_status 0
closing '3 passed, 0 failed, 0 skipped'
is '[.tests[].name] == ["move_pages", "compaction", "soak.memory"] and .verdict == "pass"'
is '.tests[0] | .runs == 3 and .migrations == 600 and .exposures == 90'
is '.tests[1] | .result == "pass" and .results == {pass: 2, inconclusive: 1}'
is '.soak.rounds == 3 and .soak.hours == 2 and (.soak.memory | length) == 3'

# Memory that goes away fails it; so do tests, and those inconclusive half of the time.
begin_soak
for round in 1 2 3; do
	program move_pages pass
	reading "$round" $((600000 - 5000 * round))
done
end_run finished
expect_status 1
expect_output '^fail: soak.memory: free memory after round 1: 595000 KiB, after round 3: 585000 KiB'
begin_soak
program move_pages pass
reading 1 600000
program move_pages inconclusive
end_run finished
expect_status 1
is '.verdict == "inconclusive" and .tests[1].result == "skip"'
begin_soak
program move_pages pass
program move_pages fail
program move_pages pass
end_run finished
expect_status 1
is '.verdict == "fail" and .tests[0].results == {pass: 2, fail: 1}'

# Ctrl-C keeps what was done and the test that it ended does not count; a panic counts.
begin_soak
program move_pages pass
ktap 'TAP version 13' '1..1' '# selftests: bhtorture: compaction' '# #  RUN           compaction.hammered ...'
end_run interrupted 'interrupted by SIGINT' null
expect_status 0
is '.verdict == "pass" and .ended == "interrupted" and [.tests[].name] == ["move_pages", "soak.memory"]'
expect_output '^ended: interrupted: interrupted by SIGINT'
end_run panic 'the guest panicked' null
expect_status 1
is '.verdict == "fail" and .tests[1].name == "compaction" and .tests[1].violations == {kernel: 1}'
begin_soak
ktap 'TAP version 13' '1..1' '# selftests: bhtorture: move_pages'
end_run interrupted 'interrupted by SIGINT' null
refuse "a soak of nothing passes" test "$(jq --raw-output .verdict "$folder/result.json")" = pass

# A hundred hours have a bounded result.
begin_soak
for ((round = 1; round <= 1000; round++)); do
	reading "$round" 600000
done
end_run finished
is '.soak.rounds == 1000 and (.soak.memory | length) <= 101 and .soak.memory[-1].round == 1000'
finish

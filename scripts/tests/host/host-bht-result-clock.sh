#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest's clock beside the host's: what bht-result makes of one that was wrong, and of
# one that was as right as can be told.
# time-limit: 300
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/result.sh
source scripts/tests/result.sh

# clocks GUEST_S HOST_S [ACCEL]: what each clock counted from ready to done.
clocks()
{
	ktap "# guest: done, status 0, $(jq --null-input "4 + $1") s after boot"
	jq --argjson s "$2" --arg accel "${3-tcg}" \
		'.clock = {tsc_khz: 2300000, ready: 1000.5, done: (1000.5 + $s)} | .host.accel = $accel' \
		"$folder/vm.json" >"$folder/new"
	mv -- "$folder/new" "$folder/vm.json"
	run scripts/bht-result --write "$folder"
	expect_status 0
	run scripts/bht-result --summary "$folder"
}

# judged_by_clock STATUS MODE GUEST_S HOST_S [ACCEL]: a run where all else is well.
judged_by_clock()
{
	begin_run "$2" compaction
	if [[ $2 == bench ]]; then
		ktap '# bhtorture: {"name":"bench","result":"pass","reason":"","seconds":9,"rows":[{"name":"bare_lookups","value":7,"unit":"lookups/s per CPU","ratio":1}]}'
	else
		a_test compaction pass
		ktap 'ok 1 selftests: bhtorture: compaction'
	fi
	end_run finished
	expect_status 0
	clocks "${@:3}"
	expect_status "$1"
}

# A guest's clock that is right, or as right as can be told: 2 % and half a second.
judged_by_clock 0 tests 100 100
is '.verdict == "pass" and .clock == {guest_s: 100, host_s: 100, factor: 1, agree: true, tsc_khz: 2300000, unstable: null}'
judged_by_clock 0 tests 101.9 100
judged_by_clock 0 tests 3 2.6
is '.clock.factor == 1.154 and .clock.agree'
judged_by_clock 0 tests 0 0
is '.clock.agree'
# One that is not: an error, whatever the tests say.
judged_by_clock 1 tests 103 100
is '.verdict == "error" and .clock.factor == 1.03 and .clock.agree == false'
expect_output "^error: clock: the guest's clock ran 1\.03 times as fast as the host's \(103 s in 100 s\)"
closing '1 passed, 1 failed, 0 skipped'
judged_by_clock 1 tests 851.2 133
is '.verdict == "error" and .clock.factor == 6.4'
judged_by_clock 1 tests 10 64 kvm
is '.verdict == "error" and .clock.factor == 0.156'
begin_run tests compaction
a_test compaction fail ',"first_violation":{"oracle":"torn","ms":3,"migrations":4}'
ktap 'not ok 1 selftests: bhtorture: compaction'
end_run finished
is '.verdict == "fail" and .conviction == "torn"'
clocks 20 10
is '.verdict == "error" and .conviction == null'
begin_run command
end_run finished
expect_status 0
clocks 20 10
expect_status 1
expect_output '^error: clock: .* 2 times as fast'
# There is nothing to compare a guest with that never came to its end.
begin_run tests compaction
a_test compaction pass
ktap 'ok 1 selftests: bhtorture: compaction'
end_run panic 'the guest panicked: Oops' null
is '.verdict == "fail" and .clock.factor == null and .clock.agree == null'
# A clock source that the kernel gave up is worth a note.
begin_run tests compaction
a_test compaction pass
ktap 'ok 1 selftests: bhtorture: compaction'
printf "[    9.25] clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:\r\n" \
	>>"$folder/console.log"
end_run finished
expect_output "^note: clocksource: .*: Marking clocksource 'tsc' as unstable because"
is '.clock.unstable | test("^clocksource: .*the skew is too large:$")'
# No figures of a bench.
judged_by_clock 0 bench 100 100
expect "no bench.json" test -s "$folder/bench.json"
judged_by_clock 1 bench 103 100
is '.verdict == "error"'
refuse "bench.json of wrong figures" test -e "$folder/bench.json"
refuse "wrong figures are shown" grep -q '^bare_lookups' <<<"$output"
finish

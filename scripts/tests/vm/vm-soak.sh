#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A soak: of half a minute with two rounds and more, whose memory is judged; one that
# is ended by Ctrl-C keeps what was done; one with the race put back ends at once.
# time-limit: 300
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# A short round, so that there are several.
export BHT_PROFILES_DIR=$scratch/profiles
mkdir "$BHT_PROFILES_DIR"
printf 'hours 1\nduration 2\ntest mbind because\ntest hotplug because\n' >"$BHT_PROFILES_DIR/short"
suite=(scripts/bht-run --runs-dir "$scratch/runs" --profile short)

a_test_has_ended()
{
	grep -qs '^ok 1 selftests: bhtorture: mbind' "$scratch/runs/latest/ktap.log"
}

run "${suite[@]}" --hours 0.01
expect_status 0
expect_output '^# soak: 0\.0[01] of 0\.01 h, round 1; 0 passed, 0 failed, 0 inconclusive, 0 skipped; 0 migrations, 0 exposures; now mbind$'
expect_output '^# soak: 0\.0[0-9] of 0\.01 h, round 1; 2 passed, 0 failed, .*; [1-9][0-9]+ migrations, [1-9][0-9]* exposures$'
expect_output '^soak.memory: free memory after round 1: [0-9]+ KiB, after round '
expect_ended finished pass
expect_result '.soak.rounds >= 2 and .tests[0].runs >= 2 and .tests[0].latency == null'

start "${suite[@]}"
wait_for 120 a_test_has_ended
kill -INT -- "-$started"
await
expect_status 130
expect_output '^verdict: pass$'
expect_ended interrupted pass
expect_result '.tests[0].result == "pass" and .tests[0].migrations > 0 and .soak.hours == 1'

run "${suite[@]}" --strategy busted
expect_status 1
expect_output '^# soak: .* [1-9] failed, .*; mbind failed, the end$'
expect_ended finished fail
finish

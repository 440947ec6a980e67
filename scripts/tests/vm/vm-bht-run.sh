#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-run from end to end: the broken strategy is convicted with all details, again from
# what its run has kept, the kernel is not, and a seed is passed on.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# suite OPTION...
suite()
{
	run scripts/bht-run --runs-dir "$scratch/runs" --duration 5 "$@"
}

suite --strategy busted --tests 'move*' --seed 42
expect_status 1
expect_output '^seed: 42$'
expect_output '^violation in move_pages.block_[0-9]+: oracle [a-z_]+, block [0-9]+, .* expected [0-9]+, found [0-9]+, after [0-9]+ ms and [0-9]+ migrations'
# Blocks larger than a page are not for this kernel.
expect_output '^0 passed, 4 failed, 4 skipped$'
refuse "the tests' records are in the reader's way" grep -q 'bhtorture: {' <<<"$output"
expect "no records in ktap.log" grep -q 'bhtorture: {' "$scratch/runs/latest/ktap.log"
expect_ended finished fail
expect_result '.seed == 42 and .kernel.era != null and all(.tests[] | select(.result != "skip"); .first_violation.oracle)'
expect "no way to repeat it" grep -q -- '--seed 42$' "$scratch/runs/latest/command"

# Again, from what that run has kept, with another seed.
kept=$(readlink -f -- "$scratch/runs/latest")
suite --again "$kept" --seed 43 --env 'BHT_ONLY=move_pages.block_512'
expect_status 1
refuse "something was built" grep -q 'building' <<<"$output"
expect_result '.seed == 43 and .strategy == "busted" and [.tests[] | select(.result == "fail").name] == ["move_pages.block_512"]'
expect "the kernel is another copy" test "$kept/again/kernel" -ef "$scratch/runs/latest/again/kernel"

suite --tests controls --smp 3 --mem 640
expect_status 0
expect_output '^kernel: [0-9]'
expect_output '^[0-9]+ passed, 0 failed, 0 skipped$'
expect_ended finished pass
expect_result '.host.smp == 3 and .host.mem_mb == 640 and ([.tests[].migrations] | add) > 1000'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# With --accel icount equal fingerprints give equal output, to the byte: a race is found
# by the same thread after the same migrations.
# time-limit: 1500

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

twice scripts/bht-run --runs-dir "$scratch/runs" --accel icount --tests convict \
	--strategy busted --duration 3 --seed 1
expect_status 1
expect_ended finished fail
expect_result '.host.accel == "icount" and .tests[0].first_violation.oracle == "ref_moved"'
expect_result '[.tests[0].violations[]] | add > 10'
expect "the output differs" cmp "$scratch/first.log" "$scratch/runs/latest/ktap.log"
expect "equal output has different hashes" test "${first[1]}" = "${second[1]}"
finish

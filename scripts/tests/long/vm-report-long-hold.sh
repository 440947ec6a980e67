#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The mutant that holds private_lock two milliseconds longer is no violation, but it
# exceeds a budget that the kernel without it keeps.
# time-limit: 1200
# needs: run kernel trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly budget='hold.__buffer_migrate_folio.moved.p50>1ms'

record()
{
	run scripts/bht-run --kernel 6.1 --trace hold --tests hugetlb --duration 5 \
		--runs-dir "$scratch/$1" "${@:2}"
	expect "no result" test -s "$scratch/$1/latest/result.json"
}

record sound
run scripts/bht-report --fail-if "$budget" "$scratch/sound/latest"
expect_status 0
expect_output 'budget kept'
record long --mutant long-hold
run scripts/bht-report --fail-if "$budget" "$scratch/long/latest"
expect_status 1
expect_output 'budget exceeded'
run scripts/bht-report --compare "sound=$scratch/sound/latest" "long=$scratch/long/latest"
expect_status 0
expect_output '^hold of migrations p50 us'
finish

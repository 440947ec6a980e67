#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernels of the historic race, 5.0 - 5.2: the module builds for their interfaces
# (here those of 5.10 put back, see like-5.2.cocci), tells the era by looking,
# convicts the kernel, and its models of both sides work there.
# time-limit: 3000
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# torture OPTION...: run tests on that kernel.
torture()
{
	run scripts/bht-run --kernel 5.10 --mutant scripts/tests/long/like-5.2.cocci \
		--duration 10 --runs-dir "$scratch" "$@"
}

torture --tests convict
expect_status 1
expect_output '^convict\.steered +fail '
expect "another era" jq -e '.kernel.era == "open"' "$scratch/latest/result.json"

# The models call migrate_page_move_mapping() themselves.
torture --tests 'move_pages' --strategy held
expect_status 0
expect_output '^[1-9][0-9]* passed, 0 failed, 0 skipped$'
torture --tests convict --strategy busted
expect_status 1
expect_output '^convict\.steered +fail '
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scenarios from the mailing lists pass on a debug kernel, and the mutant that
# puts each one's bug back is killed by it.
# time-limit: 3600
# tier: all

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/expect.sh"

run scripts/bht-run --tests 'reclaim_recursion online_resize nowait_lookup' \
	--kernel 6.1:debug --duration 30 --runs-dir "$scratch"
expect_status 0
expect_output '^3 passed, 0 failed, 0 skipped$'

run scripts/bht-mutants --kernel 6.1 --runs 1 --control 10 \
	--mutants 'loop-reclaim-recursion resize-free-early nowait-sleeps'
expect_status 0
expect_output '^loop-reclaim-recursion +killed +reclaim_recursion'
expect_output '^resize-free-early +killed +kernel'
expect_output '^nowait-sleeps +killed +kernel'
expect_output '^4 passed, 0 failed, 0 skipped$'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# TRACE=exact measures from outside, and misses nothing: each migration, and each hold of
# private_lock by one, that the module has counted is there. No pair of steps has met that a
# sound kernel excludes. (That the guest does not notice: long/vm-exact-all.)
# time-limit: 600
# needs: run trace report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/exact.sh
source scripts/tests/exact.sh

exact_run "$scratch/runs" --trace exact --duration 1
expect_all_there "$scratch/runs"

run scripts/bht-run --runs-dir "$scratch/usage" --accel tcg --trace exact
expect_status 2
expect_output "bad --trace 'exact'.*icount"
finish

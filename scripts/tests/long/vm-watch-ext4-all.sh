#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# All block sizes and journal modes of watch_ext4, a minute each.
# time-limit: 900
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --tests watch_ext4 --duration 60 --runs-dir "$scratch"
expect_status 0
expect_output '^8 passed, 0 failed, 0 skipped$'
finish

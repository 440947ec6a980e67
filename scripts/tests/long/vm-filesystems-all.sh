#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every filesystem on its device, half a minute each.
# time-limit: 900
# needs: run filesystems

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --tests filesystems --duration 30 --runs-dir "$scratch"
expect_status 0
expect_output '^10 passed, 0 failed, 0 skipped$'
finish

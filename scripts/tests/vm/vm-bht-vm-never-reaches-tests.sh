#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guests that never reach their tests: no init, a kernel that is none, one that
# takes too long to boot. Each says so.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

boot --append rdinit=/nowhere --command true
expect_status 1
expect_output 'panicked before it reached its tests: .*Unable to mount root fs'
expect_ended panic fail

boot --boot-timeout 2 --command true
expect_status 124
expect_output 'did not reach its tests within 2 s$'
expect_ended no_tests error

head -c 100000 /dev/zero >"$scratch/zeros"
boot --kernel-image "$scratch/zeros" --command true
expect_status 3 124
expect_ended no_tests error

boot --kernel-image /nonexistent --command true
expect_status 3
expect_lines 1
expect_output 'no such file: /nonexistent'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel of arm64 with pages of 64 KiB: the historic race is convicted, a sound kernel is
# not, whatever the size of its blocks, from 512 bytes to those that fill a page.
# time-limit: 3600
# needs: run kernel arm64 cross-arm64

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --arch arm64 --kernel 6.1:64k --mutant norefs-unlock-early --tests convict \
	--runs-dir "$scratch/racy" --duration 60 --accel icount --seed 1
expect_status 1
expect_output '^violation in convict'

run scripts/bht-run --arch arm64 --kernel 6.1:64k --tests move_pages \
	--runs-dir "$scratch/sound" --duration 5 --accel icount --seed 1
expect_status 0
expect_output '^8 passed, 0 failed, 0 skipped$'
finish

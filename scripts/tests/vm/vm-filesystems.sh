#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Filesystems on other devices than a RAM disk are watched under load, and the
# device itself is read and written beside the hammer.
# time-limit: 300
# needs: run filesystems

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --tests filesystems --duration 5 --runs-dir "$scratch" \
	--env 'BHT_ONLY=*.raw_virtio *.ext4_2k_ordered_loop'
expect_status 0
expect_output '^filesystems\.raw_virtio +pass .* -$'
expect_output '^filesystems\.ext4_2k_ordered_loop +pass .* -$'
finish

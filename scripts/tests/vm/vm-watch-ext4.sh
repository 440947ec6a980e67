#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A mounted, busy ext4 is watched: the race put under it is caught, the kernel as
# it is shows nothing and leaves the filesystem whole. By icount: how much happens in three
# seconds of a guest must not depend on what else this machine does.
# time-limit: 900
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --accel icount --seed 1 --tests watch_ext4 --duration 3 --runs-dir "$scratch" \
	--env 'BHT_ONLY=*.busted *.others *.block_1024_ordered'
expect_status 0
expect_output '^watch_ext4\.busted +pass .* (ref_moved|stale_write), [0-9]+ ms, '
expect_output '^watch_ext4\.others +pass .* -$'
expect_output '^watch_ext4\.block_1024_ordered +pass .* -$'
finish

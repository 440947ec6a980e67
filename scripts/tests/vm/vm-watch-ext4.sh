#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A mounted, busy ext4 is watched: the race put under it is caught, the kernel as
# it is shows nothing and leaves the filesystem whole.
# time-limit: 240
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --tests watch_ext4 --duration 8 --runs-dir "$scratch" \
	--env 'BHT_ONLY=*.busted *.others *.block_1024_ordered *.block_2048_journal'
expect_status 0
expect_output '^watch_ext4\.busted +pass .* (ref_moved|stale_write), [0-9]+ ms, '
expect_output '^watch_ext4\.others +pass .* -$'
expect_output '^watch_ext4\.block_1024_ordered +pass .* -$'
expect_output '^watch_ext4\.block_2048_journal +pass .* -$'
finish

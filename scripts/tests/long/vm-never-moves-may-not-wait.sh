#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# never_moves acquits who refuses folios because the mode forbids to wait: the strategy
# `evict` on a kernel that tries whole batches so (6.3 and later), with nothing but writers.
# time-limit: 900
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --kernel 6.12 --runs-dir "$scratch" --tests move_pages --strategy evict \
	--duration 3 --accel icount --seed 1 --env BHT_ONLY=move_pages.block_4096 \
	--module-params 'writer_blind=6 dirtier=6 checker=1 aim_percent=0 hold_us=0'
jq --exit-status '.tests[] | select(.name == "move_pages.block_4096") |
	.refused > 1000 and .violations == {}' "$scratch/latest/result.json" >/dev/null ||
	wrong "a folio that has to be written first was called unable to move, or none was refused"
finish

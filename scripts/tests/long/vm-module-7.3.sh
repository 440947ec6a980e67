#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What only a kernel with BH_Migrate and large folios of block devices can show: null_atomic
# does not disarm itself when migrations go by unseen, `held` does not copy large folios
# under a spinlock, and ext4's own lookups are counted. And its serial lines' driver has
# another name: what goes out by it is progress, so that no guest is taken for one that hangs.
# time-limit: 1800
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --kernel 7.3 --runs-dir "$scratch" --duration 8 \
	--tests 'unseen large_folios watch_ext4' \
	--env 'BHT_ONLY=unseen* large_folios* *.others'
expect_status 0
for name in unseen.probe unseen.slot large_folios.kernel large_folios.held \
	large_folios.block_16384 watch_ext4.others; do
	expect_output "^${name/./\\.} +pass "
done
jq --exit-status '.tests[] | select(.name == "watch_ext4.others") |
	.armed.count_others.place == "find_get_block_common"' \
	"$scratch/latest/result.json" >/dev/null || wrong "others are counted elsewhere"

# What never moves there is no violation.
run scripts/bht-run --kernel 7.3 --runs-dir "$scratch/held" --accel icount --tests move_pages \
	--strategy held --duration 1
expect_status 0
expect_output '^move_pages\.block_4096 +pass '
expect_output '^skip: move_pages\.block_8192: strategy held moves no folios of several pages$'

# With icount the guest itself looks for progress.
run scripts/bht-run --kernel 7.3 --runs-dir "$scratch/icount" --accel icount --tests convict \
	--duration 15 --append bht.stall=10
expect_status 0
finish

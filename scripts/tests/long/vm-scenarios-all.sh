#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The scenarios from the mailing lists pass: on a debug kernel, on the distribution's
# (where the OOM killer came once), on one whose block devices have large folios (of
# which a lookup that found nothing was blamed on the kernel). The mutant that puts
# each one's bug back is killed by it.
# time-limit: 5400
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

for kernel in 6.1:debug distro 7.3; do
	run scripts/bht-run --tests 'reclaim_recursion online_resize nowait_lookup' \
		--kernel "$kernel" --duration 40 --runs-dir "$scratch"
	expect_status 0
	expect_output '^3 passed, 0 failed, 0 skipped$'
done

run scripts/bht-mutants --kernel 6.1 --runs 1 --control 10 \
	--mutants 'loop-reclaim-recursion resize-free-early nowait-sleeps'
expect_status 0
expect_output '^loop-reclaim-recursion +killed +reclaim_recursion'
expect_output '^resize-free-early +killed +kernel'
expect_output '^nowait-sleeps +killed +kernel'
expect_output '^4 passed, 0 failed, 0 skipped$'
finish

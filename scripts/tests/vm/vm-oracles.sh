#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every oracle fires when it is provoked and is silent when it is not, in one boot;
# what the module prints on the console on the way is no problem of the kernel's.
# time-limit: 360
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --tests 'oracle_*' --duration 1 --runs-dir "$scratch"
expect_status 0
for oracle in ref_moved lost_update stale_read torn stale_write media_loss \
	null_atomic stuck state_leak never_moves; do
	expect_output "^oracle_$oracle\.fires +pass .* $oracle, [0-9]+ ms, "
	expect_output "^oracle_$oracle\.silent +pass .* -$"
done
# The same oracles by other faults.
for fault in stuck_at_end stuck_livelock state_leak_references state_leak_locked; do
	expect_output "^oracle_$fault\.fires +pass .* (stuck|state_leak), [0-9]+ ms, "
done
# Judged only where the kernel has such a lookup.
expect_output '^oracle_null_sleeping\.fires +(pass .* null_sleeping|skip )'
expect_output '^[0-9]+ passed, 0 failed, [0-9]+ skipped$'
finish

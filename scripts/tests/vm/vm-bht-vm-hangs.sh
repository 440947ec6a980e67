#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest without output, and one that talks beyond its time limit, are ended; the
# console shows what the CPUs were doing, which is no complaint of the kernel's.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

boot --stall 3 --command 'echo before; sleep 1000'
expect_status 124
expect_output '^before$'
expect_output 'the guest hangs: no output for 3 s$'
expect_ended hang error
expect_result '.console.problems == []'
expect "no stacks in the console log" grep -q 'Call Trace' "$scratch/runs/latest/console.log"

# The limit has room for the boot on a busy machine.
boot --timeout 45 --stall 40 --command 'while echo talks; do sleep 1; done'
expect_status 124
expect_output '^talks$'
expect_output 'did not end within its time limit of 45 s$'
expect_ended time_limit error

# Not even QEMU itself reacts.
start "${vm[@]}" --stall 3 --command 'while echo talks; do sleep 1; done'
wait_for 200 guest_is_ready
kill -STOP "$(guest_pids)"
await
expect_status 124
expect_ended hang error
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# QEMU killed from outside leaves a complete run folder, one that aborts also its last
# words; bht-vm killed from outside leaves no QEMU behind.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

start "${vm[@]}" --command 'sleep 1000'
wait_for 200 guest_is_ready
kill -KILL "$(guest_pids)"
await
expect_status 1
expect_output 'QEMU was killed by SIGKILL'
expect_ended killed error

printf '#!/bin/bash\necho "ERROR: assertion failed" >&2\nkill -ABRT $$\n' >"$scratch/qemu"
chmod +x "$scratch/qemu"
BHT_QEMU=$scratch/qemu boot --accel tcg --command true
expect_status 1
expect_output 'QEMU was killed by SIGABRT: ERROR: assertion failed$'
expect_ended killed error

start "${vm[@]}" --command 'sleep 1000'
wait_for 200 a_guest_runs
kill -KILL "$started"
await
expect_status 137
wait_for 5 no_guest_left
finish

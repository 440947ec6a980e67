#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk without room for a run refuses it; one that fills up meanwhile ends it,
# and there is still room for result.json.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

mkdir "$scratch/runs"
mount -t tmpfs -o size=20m tmpfs "$scratch/runs" 2>/dev/null ||
	skip "cannot mount a small tmpfs here"
trap 'umount "$scratch/runs"; rm -rf -- "$scratch"' EXIT

boot --command true
expect_status 3
expect_lines 1
expect_output "only [0-9]+ MB free at .*runs, a run needs"
refuse "something was started" test -e "$scratch/runs/latest"

mount -o remount,size=100m "$scratch/runs"
start "${vm[@]}" --command 'while echo talks; do sleep 0.1; done'
wait_for 200 guest_is_ready
dd if=/dev/zero of="$scratch/runs/filler" bs=1M 2>/dev/null || true
await
expect_status 3
expect_output 'the disk of .* is full'
expect_ended disk_full error
expect_result '.host.smp == 2'
finish

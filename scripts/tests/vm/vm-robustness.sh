#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module under bad conditions, a little of each: CPUs going, loads and unloads,
# random parameters, failing devices. By icount: on a busy machine too little happened
# beside a slow device, now and then. (With CPUs that run at once, at length, and with
# hardly any memory: vm-robustness-all.)
# time-limit: 700
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --accel icount --seed 1 --runs-dir "$scratch" --duration 1 --env BHT_CYCLES=4 \
	--tests 'hotplug load_unload parameters device_trouble'
expect_status 0
# Debian's kernel has no way to let brd's allocations fail.
expect_output ' 0 failed, 1 skipped$'
expect_output '^device_trouble.refused +skip'
finish

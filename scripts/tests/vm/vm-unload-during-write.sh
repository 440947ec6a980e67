#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module goes while others are in the middle of a write to the device, on a kernel
# that poisons freed memory: whoever uses memory of ours that was freed crashes there.
# time-limit: 180
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --runs-dir "$scratch" --duration 5 --tests load_unload \
	--env BHT_CYCLES=30 --env 'BHT_ONLY=load_unload.written' --append slub_debug=P
expect_status 0
expect_output '^load_unload\.written +pass '
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module's functions promise is written as kernel-doc that the kernel's
# own tool accepts.
# time-limit: 60
# needs: fetch checkpatch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

source_tree=$(kernel_field source)
run perl "$source_tree/scripts/kernel-doc" -none module/{,*/}*.[ch]
expect_status 0
[[ -z $output ]] || wrong "kernel-doc complains"
finish

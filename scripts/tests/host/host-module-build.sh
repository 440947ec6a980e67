#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module builds against the distribution's kernel without a warning, with
# W=1 and under sparse.
# time-limit: 600
# needs: build fetch sparse

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

build=$(kernel_field build)

cp -a module "$scratch/module"
make -C "$build" M="$scratch/module" O= clean >/dev/null
run make -C "$build" M="$scratch/module" O= W=1 C=2 -j "$(nproc)" modules
expect_status 0
if grep -E 'warning|error' <<<"$output"; then
	wrong "warnings, see above"
fi
expect "no bhtorture.ko" test -s "$scratch/module/bhtorture.ko"
expect "licence is not GPL" test "$(modinfo -F license "$scratch/module/bhtorture.ko")" = GPL
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The console's own oracle: a complaint of the kernel's fails the run whatever the
# tests say, one that was announced does not, and a quiet console is a pass.
# time-limit: 180
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

complaint='BUG: bhtorture says so, to see whether anybody reads the console'

run scripts/bht-run --runs-dir "$scratch" --command "echo '<3>$complaint' >/dev/kmsg"
expect_status 1
expect_output "^console, line [0-9]+: $complaint"
run scripts/bht-run --runs-dir "$scratch" --allow-console 'BUG: bhtorture says so' \
	--command "echo '<3>$complaint' >/dev/kmsg"
expect_status 0
run scripts/bht-run --runs-dir "$scratch" --command true
expect_status 0
finish

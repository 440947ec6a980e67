#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that panics: at once a failure, with the panic's line, also when it does
# not come to an end by itself.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

boot --command 'echo before; echo c >/proc/sysrq-trigger; sleep 1000'
expect_status 1
expect_output '^before$'
expect_output 'the guest panicked: .*Kernel panic - not syncing: sysrq triggered crash'
expect_ended panic fail
expect_result 'any(.console.problems[]; .line > 1 and (.text | startswith("Kernel panic")))'

boot --append panic=0 --command 'echo c >/proc/sysrq-trigger; sleep 1000'
expect_status 1
expect_output 'the guest panicked: .*Kernel panic - not syncing: sysrq triggered crash'
expect_ended panic fail
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest whose kernel complains fails, whatever the test says; unless the
# complaint was expected.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

boot --command 'echo "BUG: made up" >/dev/kmsg; exit 0'
expect_status 1
expect_output 'console, line [0-9]+: BUG: made up'
expect_ended finished fail
expect_result '.console.problems | length == 1 and .[0].text == "BUG: made up" and .[0].line > 1'

mkdir -p "$scratch/runs/allowed"
printf '{"allow_console":["made up"]}\n' >"$scratch/runs/allowed/request.json"
ln -sfn allowed "$scratch/runs/latest"
boot --run "$scratch/runs/allowed" --command 'echo "BUG: made up" >/dev/kmsg; exit 0'
expect_status 0
expect_ended finished pass
finish

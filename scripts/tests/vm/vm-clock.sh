#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest knows how fast its time stamp counter is, and its clock agrees with the
# host's. One that was told something else is caught, whatever it says of itself.
# time-limit: 300

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

boot --command 'sleep 4'
expect_status 0
expect_result '.verdict == "pass" and .clock.agree and .clock.guest_s >= 4'
khz=$(jq .clock.tsc_khz "$scratch/runs/latest/result.json")
expect "no frequency was measured: $khz" is_integer "$khz" 100000 100000000
expect "the guest counts at another frequency" grep -aE 'tsc: Detected .* TSC|tsc: Detected .* processor' \
	"$scratch/runs/latest/console.log"

# A third of it: three times too fast.
boot --append "tsc_early_khz=$((khz / 3))" --command 'sleep 4'
expect_status 1
expect_output "^error: clock: the guest's clock ran (2\\.[89]|3)[0-9.]* times as fast as the host's"
expect_result '.verdict == "error" and .clock.agree == false and .ended == "finished"'
finish

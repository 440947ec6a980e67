#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that is stopped for longer than stuck_s, again and again, convicts nobody: its
# clock has gone on, its threads and migrations have not.
# time-limit: 1200
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

readonly stuck_s=3 stops=4

hammers()
{
	grep -qs '^# # move_pages.* s of ' "$scratch/runs/latest/ktap.log"
}

# The longer a migration takes, the more often a stop hits one.
start scripts/bht-run --runs-dir "$scratch/runs" --tests move_pages --duration 30 \
	--env BHT_ONLY=move_pages.block_1024 --env BHT_MODULE_PARAMS="widen_us=1000 stuck_s=$stuck_s"
wait_for 900 hammers
for ((stop = 0; stop < stops; stop++)); do
	guests=$(guest_pids)
	[[ -n $guests ]] || wrong "no guest to be stopped"
	# shellcheck disable=SC2086 # several words
	kill -STOP $guests
	sleep $((stuck_s + 2))
	# shellcheck disable=SC2086
	kill -CONT $guests
	sleep 1
done
await
# How often lookups met a migration is not the question here: while this machine does other
# things, too, it may be too seldom for a pass.
expect_status 0 1
expect_result '.tests | all(.violations == {})'
expect_result '[.tests[].migrations] | add > 100'
expect_output '^move_pages.block_1024 +(pass|inconclusive) '
finish

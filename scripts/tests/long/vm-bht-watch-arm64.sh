#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch in an emulated arm64 guest of the distribution's kernel: beside the module it
# counts the same, by whatever probes that kernel has, and says which.
# time-limit: 1800
# needs: run arm64 cross-arm64 watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/watch.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../watch.sh"

# shellcheck disable=SC2016 # for the guest
run scripts/bht-run --arch arm64 --runs-dir "$scratch/runs" --accel icount --seed 1 --command "$start_watch"'
	start_watch /results/watch.txt --interval 1000 --lookups always --json /results/watch.json
	BHT_DURATION=5 BHT_ONLY="move_pages.block_1024" ./move_pages >/results/module.log 2>&1
	kill -INT $watch
	wait $watch
	echo "status $?"
	cat /results/watch.txt'
expect_status 0
expect_output '^status 0$'
expect_output '^probed: buffer_migrate_folio_norefs \((fentry|kprobe)\)'
expect_output '^verdict: clean '
results=$scratch/runs/latest/results
# shellcheck disable=SC2016 # for jq
expect_counts "$results/module.log" "$results/watch.json" '.watch.all.moved == $ours.migrations'
finish

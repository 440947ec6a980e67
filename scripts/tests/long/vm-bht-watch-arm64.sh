#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch in an emulated arm64 guest of the distribution's kernel: beside the module it
# counts the same, by whatever probes that kernel has, and says which.
# time-limit: 1800
# needs: run arm64 cross-arm64 watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# shellcheck disable=SC2016 # for the guest
run scripts/bht-run --arch arm64 --runs-dir "$scratch/runs" --accel icount --seed 1 --command '
	bht-watch --interval 1000 --lookups always --json /results/watch.json >/results/watch.txt 2>&1 &
	watch=$!
	until grep -q "bht-watch: watching" /results/watch.txt; do
		kill -0 $watch || break
		sleep 0.1
	done
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
module=$(sed -n 's/^# bhtorture: \({"name":"move_pages.block_1024".*\)/\1/p' "$results/module.log")
printf '%s\n' "${module:0:300}"
# shellcheck disable=SC2016 # for jq
expect "the counts differ" jq --exit-status --argjson ours "$module" '
	.watch.all.moved == $ours.migrations and $ours.migrations > 500 and
	.watch.lost == 0 and .watch.not_judged == 0' "$results/watch.json"
finish

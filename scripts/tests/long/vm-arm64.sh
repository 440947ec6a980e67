#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# An emulated arm64 guest of the distribution's kernel: it has two nodes, brings its results
# out, convicts a strategy that is broken, and does so again, to the byte. All steering has
# met its places in the code. What the plugin measures from outside is what the module has
# counted. A hunt convicts, and what it found is replayed.
# time-limit: 2400
# needs: run arm64 cross-arm64 trace report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/exact.sh
source scripts/tests/exact.sh

outputs=()
for time in first second; do
	run scripts/bht-run --arch arm64 --runs-dir "$scratch/runs" --tests convict --strategy busted \
		--duration 5 --accel icount --seed 7
	expect_status 1
	expect_output 'Linux [^ ]*-arm64, 2 CPUs, 2 NUMA nodes'
	result=$scratch/runs/latest/result.json
	expect "the $time run does not convict" jq --exit-status '.verdict == "fail" and .architecture == "arm64"
		and (.tests[0].first_violation.oracle | . != null)' "$result"
	expect "steering met nothing" jq --exit-status '.tests[0].armed | .gap_us.met > 0 and .linger_us.armed' "$result"
	outputs+=("$(jq --raw-output '.fingerprint + " " + .output' "$result")")
done
expect "not the same again" test "${outputs[0]}" = "${outputs[1]}"

exact_run "$scratch/exact" --arch arm64 --trace exact --duration 1
expect_all_there "$scratch/exact"

run scripts/bht-hunt --arch arm64 --strategy busted --seeds 8 --shorten 0 --hunts-dir "$scratch/hunts"
expect_status 1
expect_output '^seed [0-9]* convicts: '
run scripts/bht-replay --run "$(sed -n 's/^run folder: //p' <<<"$output")"
expect_status 0
expect_output '^identical: '
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A farm of two shards on this machine: real kernels in LAVA's hands. The one that has
# the race put back is convicted, the other is not; artefacts and logs keep their
# limits.
# time-limit: 900
# needs: run farm farm-plan

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
command -v lava-run >/dev/null || skip "no lava-run on this machine: scripts/bht-setup --for farm-local"
((EUID == 0)) || skip "lava-run wants to be root"

readonly artefacts_mb=60 log_kb=100

printf 'kernel=distro tests=convict strategy=kernel,busted seeds=7 duration=5\n' >"$scratch/two.matrix"
farm=$scratch/farm
run scripts/bht-farm plan "$scratch/two.matrix" --farm "$farm"
expect_status 0
before=$(jq --compact-output .shards "$farm/plan.json")
run scripts/bht-farm plan "$scratch/two.matrix" --farm "$farm"
expect "planned again, shards have other names" test "$before" = "$(jq --compact-output .shards "$farm/plan.json")"
expect "artefacts of more than $artefacts_mb MB" test "$(du -sm "$farm/kernels" | cut -f 1)" -le "$artefacts_mb"

run scripts/bht-farm run --local -j 1 --farm "$farm"
expect_status 0
run scripts/bht-farm collect --farm "$farm"
expect_status 1
expect_output '^    make run_tests KERNEL=distro TESTS=convict STRATEGY=busted DURATION=5 SMP=2 MEM=768 SEED=7$'
expect "not one of them, or the wrong one" jq --exit-status '.shards.ended == 2 and
	([.tests[] | {strategy, verdict}] == [{strategy: "busted", verdict: "fail"}, {strategy: "kernel", verdict: "pass"}])
	and all(.tests[]; .migrations > 0 and .exposures > 0)' "$farm/farm.json"
for log in "$farm"/logs/*; do
	expect "a log of more than $log_kb KB" test "$(stat --format=%s "$log")" -le $((log_kb * 1024))
done
finish

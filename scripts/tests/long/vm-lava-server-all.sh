#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A farm of two shards by way of a real LAVA server on this machine, see lava-server.sh:
# submitted by lavacli, given to a worker, fetched and added up; LAVA's database has
# the test cases with their measurements. `make check-lava` installs what it needs.
# time-limit: 1800
# needs: run farm farm-plan

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/lava-server.sh
source scripts/tests/lava-server.sh
for tool in lava-server lava-worker lavacli pg_lsclusters; do
	command -v "$tool" >/dev/null || skip "no $tool on this machine: make check-lava installs it"
done
((EUID == 0)) || skip "LAVA's worker wants to be root"

farm=$scratch/farm
printf 'kernel=distro tests=convict seeds=1-2 duration=5\n' >"$scratch/server.matrix"
run scripts/bht-farm plan "$scratch/server.matrix" --farm "$farm"
expect_status 0

lava_server_start
for ((i = 0; i < 120; i++)); do
	! lavacli --identity farm system whoami >/dev/null 2>&1 || break
	sleep 1
done
export BHT_FARM_POLL_S=3
run timeout 1200 scripts/bht-farm submit --server farm --farm "$farm"
expect_status 0
run scripts/bht-farm submit --server farm --farm "$farm"
expect "a finished shard was submitted again" test "$(lavacli --identity farm jobs list --limit 100 --json |
	jq --arg names "$(jq --raw-output '[.shards[].name] | join(" ")' "$farm/plan.json")" \
		'[.[] | select(.description as $text | any($names | split(" ")[]; . as $name | $text | contains($name)))] | length')" = 2
run scripts/bht-farm collect --farm "$farm"
expect_status 0
expect_output '^2 shards planned, 2 ended, 0 died, 0 missing$'

id=$(lavacli --identity farm jobs list --limit 1 --json | jq --raw-output '.[0].id')
run lavacli --identity farm results --json "$id"
expect "no test case with its exposures" jq --exit-status 'any(.[]; .suite == "bhtorture"
	and .name == "convict_steered_exposures" and .result == "pass"
	and (.measurement | tonumber) > 0 and .unit == "exposures")' <<<"$output"
expect "the job did not end well" jq --exit-status 'any(.[]; .suite == "lava" and .name == "job"
	and .result == "pass")' <<<"$output"
finish

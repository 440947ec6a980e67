#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# All suites of others run and are counted, on a sound and on a racy kernel; ours
# acquit the one and convict the other.
# time-limit: 3000
# needs: run kernel peers

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export BHT_PEERS_DIR=$scratch
run scripts/bht-peers --duration 20
expect_status 0
refuse "a suite was skipped" grep -q '^skipped: ' <<<"$output"
expect "not all have a result" jq --exit-status '(.suites | length) >= 9 and
	all(.suites[]; .sound.seconds > 0 and .racy.seconds > 0)' "$scratch/latest/peers.json"
expect "the load on ext4 does not move its folios" jq --exit-status 'any(.suites[];
	.suite == "fsstress-compaction" and .sound.migrations > 0 and .sound.lookups > 1000)' \
	"$scratch/latest/peers.json"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# From a recording in a guest to a report: who held private_lock, what became of the
# migrations, how many huge pages there were to have; as text, JSON and a page.
# time-limit: 240
# needs: run trace report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --trace hold --tests hugetlb --duration 4 --runs-dir "$scratch/runs"
# On a busy machine it may be inconclusive: there is a recording all the same.
expect_status 0 1
expect "neither passed nor inconclusive" jq --exit-status \
	'(.verdict | IN("pass", "inconclusive")) and (.tests | all(.violations == {}))' "$scratch/runs/latest/result.json"
folder=$scratch/runs/latest

run scripts/bht-report --run "$folder"
expect_status 0
expect_output '^hold +__buffer_migrate_folio +(moved|all) +[0-9]{3,} '
expect_output '^\[min - 0\.[0-9]{6}\]: [0-9]+ [0-9]+\.[0-9]{6}%$'
expect_output '^probes: an empty hold measures [0-9]+ ns'
expect_output 'high-order success %'
for expression in '.lost == 0 and .events > 1000 and .calibration_ns > 0' \
	'.rates.high_order_success_percent >= 0' \
	'.series[] | select(.what == "hold" and .outcome == "moved") | .p50_ns > 0 and .share > 0' \
	'.series[] | select(.what == "latency" and .holder == "lookup_slow") | .count > 1000'; do
	expect "not so: $expression" jq --exit-status "$expression" "$folder/report.json"
done
expect "no timeline in the page" grep -q 'Timeline' "$folder/report.html"

# The module's own count of what moved is the recording's.
moved=$(jq '[.series[] | select(.what == "hold" and .outcome == "moved").count] | add' \
	"$folder/report.json")
expect "$moved holds of migrations that moved, and none per migration" \
	test "$moved" -ge "$(jq '.tests[0].migrations' "$folder/result.json")"
run scripts/bht-report --fail-if 'hold.__buffer_migrate_folio.count>0' "$folder"
expect_status 1
finish

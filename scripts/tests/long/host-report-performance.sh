#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A trace.dat of 1,000,000 events is reported in at most 5 s and 200 MB. Seconds are
# CPU time: what else the machine does at the time must not matter.
# time-limit: 180
# needs: report

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly events=1000000 limit_s=5 limit_kib=$((200 * 1024))

tools=$scratch/traces
make -s -C traces OUTPUT="$tools" "$tools"/{bht-report,report-sample} ||
	environment_error "the report tools do not build"
"$tools/report-sample" "$events" "$scratch/trace.dat"

# A limit of the whole address space, so that nothing can slip through.
TIMEFORMAT='%U %S'
(
	ulimit -v "$limit_kib"
	time "$tools/bht-report" --html --output "$scratch/report.html" "$scratch/trace.dat"
) >"$scratch/log" 2>&1 || wrong "$(<"$scratch/log")"
expect "no page" grep -q "$events events" "$scratch/report.html"
awk -v limit="$limit_s" '{ printf "%.2f s of CPU time\n", $1 + $2; exit NF != 2 || $1 + $2 > limit }' \
	"$scratch/log" || wrong "more than $limit_s s of CPU time for $events events"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's own latencies: each histogram adds up and its percentiles are in
# order, holds are counted exactly, lookups are told apart by path and migration,
# and the tracepoints say the same in fields that a reader can use.
# time-limit: 400
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# In the guest: `held` under torture, a look at the events meanwhile, then the
# statistics. The formats are read last: the kernel puts the values of enums into them
# after they appeared (trace_module_add_evals()). By icount: few lookups are fast, and of
# these one in latency_every is timed; on some days of a busy machine none was.
# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	tracing=/sys/kernel/tracing
	mount -t tracefs tracefs $tracing 2>/dev/null
	BHT_ONLY=controls.held BHT_DURATION=8 ./controls >/results/controls &
	until test -e $tracing/events/bhtorture; do sleep 0.2; done
	for event in migrate_begin migrate_end hold lookup; do
		echo 1 >$tracing/events/bhtorture/bhtorture_$event/enable
		for try in $(seq 40); do
			grep -m 1 "bhtorture_$event:" $tracing/trace && break
			sleep 0.1
		done
		echo 0 >$tracing/events/bhtorture/bhtorture_$event/enable
	done
	cat $tracing/events/bhtorture/*/format >/results/formats
	cat /sys/kernel/debug/bhtorture/stats
	wait'

run scripts/bht-run --accel icount --seed 7 --mode command --command "$in_guest" --runs-dir "$scratch"
expect_status 0
at='dev=1:0 index=[0-9]+ block=[0-9]+'
expect_output "bhtorture_lookup: $at path=(fast|slow) migrating=[01] found=[01] latency_ns=[0-9]+$"
expect_output "bhtorture_hold: $at strategy=held hold_ns=[0-9]+$"
expect_output "bhtorture_migrate_begin: $at buffers=4 mode=MIGRATE_SYNC$"
expect_output "bhtorture_migrate_end: $at buffers=4 mode=MIGRATE_SYNC rc=-?[0-9]+ exposures=[0-9]+ duration_ns=[0-9]+$"
expect_output '^latency +\(ns\) +count +p50 +p90 +p99 +p99\.9 +max$'
expect_output '^  hold +[1-9][0-9]*( +[0-9]+){5}$'

expect "not all five events have a format" \
	test "$(grep -c '^print fmt:' "$scratch/latest/results/formats")" -eq 5
# Readers of recordings do not know the names of our enums.
refuse "an enum's name is left in a format" \
	grep -E 'MIGRATE_SYNC,|ORACLE_|LATENCY_' "$scratch/latest/results/formats"

sed -n 's/^# bhtorture: //p' "$scratch/latest/results/controls" |
	jq 'select(.name == "controls.held")' >"$scratch/record"
expect_in_record()
{
	jq --exit-status "$1" "$scratch/record" >/dev/null ||
		wrong "not so: $1 in $(jq --compact-output '.latency[] |= del(.histogram)' "$scratch/record")"
}
expect_in_record '.result == "pass"'
expect_in_record '[.latency[] | .count == ([.histogram[][1]] | add // 0)] | all'
expect_in_record '[.latency[] | [.p50_ns, .p90_ns, .p99_ns, .p999_ns, .max_ns] | . == sort] | all'
expect_in_record '[.latency[] | select(.count > 0)
	| ([.histogram[][0]] | . == sort) and .histogram[-1][0] <= .max_ns
	  and .total_ns <= .count * .max_ns and .total_ns >= .count * .histogram[0][0]] | all'
# A hold for each migration, a second one where the first look found it busy.
expect_in_record '.latency.hold.count >= .migrations and .latency.hold.p50_ns > 100'
# Every exposed lookup is timed, and of the others one in latency_every, by chance.
expect_in_record '.latency.lookup_slow_migrating.count + .latency.lookup_fast_migrating.count
	<= .exposures and .latency.lookup_slow_migrating.count > .exposures / 4'
expect_in_record '.latency.lookup_slow.count > (.lookups - .exposures) / 96 and .latency.lookup_fast.count > 0'
finish

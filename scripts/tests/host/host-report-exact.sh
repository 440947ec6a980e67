#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-report reads what the plugin of traces/exact writes: figures in instructions, which are
# labelled exact, beside those of a clock; budgets in instructions; the holds that cost
# lookups most, of all tests together.
# time-limit: 120
# needs: report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

tools=$scratch/traces
make -s -C traces OUTPUT="$tools" "$tools/bht-report" "$tools/exact.so" ||
	environment_error "the report tools do not build"
report=$tools/bht-report

# histogram NAME UNIT LINE...
histogram()
{
	printf '# event: exact/%s\n# event histogram\n#\n# trigger info: hist:keys=%s,ret,cpu:vals=hitcount [exact]\n#\n\n' \
		"$1" "$2"
	printf '{ %s }\n' "${@:3}" | sed 's/ x\([0-9]*\) }$/ } hitcount: \1/'
	printf '\nTotals:\n    Hits: %s\n    Entries: %s\n    Dropped: 0\n\n' \
		"$(printf '%s\n' "${@:3}" | sed 's/.* x//' | paste -s -d + | bc)" "$(($# - 2))"
}

# record FOLDER NAME COST [FORBIDDEN [STRATEGY]]: what the plugin writes of a torture.
record()
{
	mkdir -p -- "$1"
	{
		printf '# %s\n' 'clock: guest' 'exact: instructions' 'seconds=2' \
			'function: __buffer_migrate_folio side=migration' 'unjoined=0'
		histogram hold___buffer_migrate_folio insn 'insn: 900, ret: 0, cpu: 0 x10' \
			'insn: 950, ret: -11, cpu: 1 x20'
		histogram hold___buffer_migrate_folio ns 'ns: 3600, ret: 0, cpu: 0 x10' \
			'ns: 3800, ret: -11, cpu: 1 x20'
		histogram latency_lookup_slow insn 'insn: 400, cpu: 0 x7'
	} >"$1/$2.hist"
	cat >"$1/$2.json" <<-END
		{"contention": {"contended_holds": 3, "lookups_waited": 4, "cost_insn": $3, "worst": [
		 {"cost_insn": $3, "hold_insn": 900, "lookups": 2, "waiters": 2, "holder": "__buffer_migrate_folio",
		  "waiter": "__find_get_block_slow", "holder_stack": ["f", "g"], "waiter_stack": ["<h>"]}]},
		 "pairs": {"strategy": "${5-kernel}", "era": "held",
		  "migration_steps": {"entered": 9, "checked": 9, "flags": 0}, "lookup_steps": {"folio_found": 5},
		  "pairs": [
		   {"migration": "entered", "lookup": "folio_found", "kind": "possible", "reason": "early", "count": 0},
		   {"migration": "entered", "lookup": "ref_taken", "kind": "possible", "reason": "early", "count": 0},
		   {"migration": "checked", "lookup": "folio_found", "kind": "possible", "reason": "fine", "count": 4,
		    "first_ms": 1, "first_migrations": 2, "before_violation": true},
		   {"migration": "checked", "lookup": "ref_taken", "kind": "forbidden", "reason": "the check", "count": ${4-0}$(
			((${4-0})) && printf ', "first_ms": 3, "first_migrations": 5, "before_violation": true')},
		   {"migration": "flags", "lookup": "folio_found", "kind": "possible", "reason": "late", "count": 0},
		   {"migration": "flags", "lookup": "ref_taken", "kind": "forbidden", "reason": "late", "count": 0}]}}
	END
}

run_folder=$scratch/run
record "$run_folder/results/one" exact 1700
record "$run_folder/results/one" exact-2 500
record "$run_folder/results/two" exact 1900 3
printf '%s\n' '{"schema": 1, "verdict": "pass", "kernel": {"era": "held"}, "strategy": "kernel", "tests": [{"name": "one", "latency":
	{"lookup_slow": {"count": 5, "p50_ns": 700, "p90_ns": 700, "p99_ns": 700, "p999_ns": 700, "max_ns": 700,
	 "total_ns": 3500, "histogram": []}}}]}' >"$run_folder/result.json"

run "$report" "$run_folder"
expect_status 0
expect_output '^exact, in instructions'
expect_output '^exact, in the guest'
expect_output '^hold +__buffer_migrate_folio +-EAGAIN +60 +950 '
expect_output '^hold +__buffer_migrate_folio +moved +30 +3\.60 '
expect_output '^9 holds had waiters, 12 lookups waited, 4100 insn in all'
expect_output '^  1 +1900 .* two$'
expect_output '^    holder: f < g'
run "$report" --json "$run_folder"
expect_status 0
jq --exit-status '
	([.series[] | select(.unit == "insn") | .measure] | unique == ["exact"]) and
	([.series[] | select(.holder == "lookup_slow" and .unit == "insn") | .p50_insn] == [400]) and
	([.series[] | select(.what == "hold" and .unit == "ns").measure] | unique == ["exact"]) and
	([.contention.worst[].cost_insn] == [1900, 1700, 500])' <<<"$output" >/dev/null ||
	wrong "the JSON is not so: $output"
run "$report" --html --output "$scratch/report.html" "$run_folder"
expect_status 0
expect "no table of holds" grep -F '&lt;h&gt;' "$scratch/report.html"

# Which steps have met. What no migration has reached does not count, nor what a test met with
# a strategy of its own.
record "$run_folder/results/three" exact 100 7 busted
run "$report" "$run_folder"
expect_output '^coverage: 1 of the 3 possible pairs'
expect_output '^missing: entered x folio_found, entered x ref_taken$'
expect_output '^protocol: checked x ref_taken met 3 times, first after 5 migrations of two: the check$'
expect_output '^checked +12 +!3$'
rm -r -- "$run_folder/results/three"
run "$report" --json "$run_folder"
expect_status 0
jq --exit-status '.interleavings | .met == 1 and .possible == 3 and .violations == 3 and
	([.pairs[] | select(.kind == "meaningless").migration] | unique) == ["flags"]' <<<"$output" >/dev/null ||
	wrong "the JSON is not so: $output"
run "$report" --output /dev/null --fail-if 'protocol_violations>0' "$run_folder"
expect_status 1
run "$report" --output /dev/null --fail-if 'coverage_percent<10' "$run_folder"
expect_status 0

run "$report" --output /dev/null --fail-if 'hold.p99>949insn' "$run_folder"
expect_status 1
expect_output 'is 950 insn'
run "$report" --output /dev/null --fail-if 'hold.*.moved.max>=901insn' --fail-if 'p50>3800ns' "$run_folder"
expect_status 0
run "$report" --output /dev/null --fail-if 'wait.p99>1insn' "$run_folder"
expect_status 2
# Exact figures have no interval.
run "$report" --compare "a=$run_folder" "b=$run_folder"
expect_status 0
expect_output '^hold of migrations mean insn +933\.3 +933\.3 1\.00 *$'

# With exact-events each one has its time. A last line may be cut, another one may not.
refuse "a timeline without events" grep -q 'longest hold' "$scratch/report.html"
printf '%s\n' 'migration 1000 9000 0 3 0 77' 'hold 2000 5600 0 3 __buffer_migrate_folio' \
	'migration 11000 12000 1 4 -11 78' 'violation 12500 1 4' >"$run_folder/results/one/exact.events"
printf 'migration 13000 1' >>"$run_folder/results/one/exact.events"
run "$report" --html --output "$scratch/report.html" "$run_folder"
expect_status 0
expect "no event in the page" grep -q 'folio index 77' "$scratch/report.html"
expect "no violation in the page" grep -q 'the first violation' "$scratch/report.html"
printf '00 14000\nhold\n' >>"$run_folder/results/one/exact.events"
run "$report" "$run_folder"
expect_status 2
expect_output 'exact.events: line 5: not what the plugin writes$'
rm -- "$run_folder/results/one/exact.events"

printf '{"contention": 1}\n' >"$run_folder/results/one/exact.json"
run "$report" "$run_folder"
expect_status 2
expect_lines 1
finish

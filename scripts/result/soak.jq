# SPDX-License-Identifier: GPL-2.0
#
# result/soak.jq - soaks: guest-soak runs the same tests in rounds. Finds where the output
# of one test ends, adds up its runs, and judges whether memory was lost. Included by
# result.jq.

# What may be missing after many rounds: slabs do not go back to exactly where they
# were. (Sixteen rounds of two tests: half a MB.)
def lost_limit_kib: 8192;

# The output of each run of a program; the runner begins each with a plan.
def runs_of_programs:
	. as $lines
	| ([range(length) | select($lines[.] == "TAP version 13")] + [length]) as $begins
	| [range($begins | length - 1) | $lines[$begins[.]:$begins[. + 1]]];

def program_of:
	[.[] | capture("^# selftests: [^:]+: (?<name>[^ ]+)$").name] | first;

def added(key): [.[] | key // 0] | add;

def merged_counts:
	reduce (.[].violations | to_entries[]) as $count ({}; .[$count.key] += $count.value);

# One test's runs, in their order, as one entry.
def together:
	(map(select(.result == "fail" or .result == "error")) | first) as $bad
	| (reduce .[].result as $result ({}; .[$result] += 1)) as $results
	| added(.window_exposures) as $exposures
	| (if $bad then $bad.result
	   elif $results.skip == length then "skip"
	   elif ($results.inconclusive // 0) * 2 >= length then "inconclusive"
	   else "pass" end) as $result
	| (map(select(.result == $result)) | first)
	  + {result: $result, runs: length, results: $results, seconds: added(.seconds),
	     lookups: added(.lookups), migrations: added(.migrations), exposures: added(.exposures),
	     window_exposures: $exposures, violations: merged_counts}
	| if $result == "pass" then
		.bound_per_exposure = (if $exposures > 3 then 3 / $exposures else 1 end)
		| .reason = "no violation in \($exposures) window exposures of \(.runs) runs: less than \(.bound_per_exposure) per window exposure at 95 %"
		  + if $results.inconclusive then ", \($results.inconclusive) of them inconclusive" else "" end
	  else . end;

# All entries of a soak: one a test, in the order of their first runs.
def all_together:
	reduce .[] as $entry ({}; .[$entry.name] += [$entry]) | [.[] | together];

# What guest-soak read after each round.
def readings:
	[.[] | capture("^# soak: (?<json>\\{.*\\})$").json | fromjson?];

# Enough of them to see the trend.
def thinned:
	. as $all | (length / 100 | ceil) as $step
	| if $step > 1 then [range(0; length; $step) | $all[.]] + [$all[-1]] | unique_by(.round) else . end;

# The entry that judges them: the first round loads what stays loaded.
def memory_entry:
	{name: "soak.memory", seconds: null, lookups: null, migrations: null, exposures: null}
	+ if length < 2 then
		{result: "skip", reason: "\(length) whole rounds: nothing to compare"}
	  else
		(first.free_kib - last.free_kib) as $lost
		| {result: (if $lost > lost_limit_kib then "fail" else "pass" end),
		   reason: "free memory after round \(first.round): \(first.free_kib) KiB, after round \(last.round): \(last.free_kib) KiB; slabs \(first.slab_kib) and \(last.slab_kib) KiB; at most \(lost_limit_kib) KiB may be missing"}
	  end;

# SPDX-License-Identifier: GPL-2.0
#
# farm.jq - adds up a farm: plan.json and what became of each shard ($states: name,
# state, result, cost) to farm.json. A shard that is missing or died counts against
# the verdict; one that ended counts once, whatever runs it took.

include "command";

def severity: {pass: 0, incomplete: 1, inconclusive: 2, error: 3, fail: 4}[.];
def worst: if . == [] then "incomplete" else max_by(severity) end;
def program: split(".")[0];
def sum(f): [.[] | f] | add // 0;

# Bad news of a shard that is of none of its programs: another kernel than asked for,
# a soak's memory. Each of the programs has it.
def of_all($shard):
	[($shard.result.tests // [])[]
	 | select((.name | program | IN($shard.tests[]) | not) and (.result == "fail" or .result == "error"))];

# A soak may end, or fail, in its first round.
def unreached($shard):
	. == [] and $shard.soak_s > 0 and $shard.result.ended == "finished"
	and any($shard.result.tests[]; .name | program | IN($shard.tests[]));

# A machine that died before it was tortured says nothing of the kernel under torture.
def died_before($shard): $shard.result.ended == "panic" and $shard.result.conviction == null;

# Then no figure of the shard counts, nor how long it took to a violation.
def wrong_clock: .result.clock.agree == false;

# What one shard says of one of the programs that it ran.
def verdict_of($shard):
	if $shard.state != "ended" then "incomplete"
	elif $shard | wrong_clock then "error"
	else [.[].result] as $results
	| if died_before($shard) then "error"
	  elif any($results[]; . == "fail") then "fail"
	  # A panic or a complaint of the kernel under torture, and no record says whose.
	  elif $shard.result.verdict == "fail" and $shard.result.conviction and all($shard.result.tests[]; .result != "fail") then "fail"
	  elif unreached($shard) then "inconclusive"
	  elif any($results[]; . == "error") or $shard.result.ended != "finished" or $results == [] then "error"
	  elif any($results[]; . == "inconclusive") or all($results[]; . == "skip") then "inconclusive"
	  else "pass" end
	end;

def violation($shard; $program):
	(first(.[] | select(.result == "fail")) // null) as $record
	| {shard: $shard.name, kernel: $shard.kernel, strategy: $shard.strategy,
	   test: ($record.name // $program), seed: $shard.seed,
	   oracle: ($record.first_violation.oracle // "kernel"),
	   ms: $record.first_violation.ms, migrations: $record.first_violation.migrations,
	   reason: ($record.reason // ($shard.result.console.problems[0].text) // $shard.result.reason),
	   command: ($shard | command)};

# All shards of one kernel, strategy and program.
def row:
	.[0] as $first
	| [.[].records[] | select(.expected_violations == null)] as $records
	| ([.[].verdict] | worst) as $verdict
	| ([$records[].violations | to_entries[]] | group_by(.key)
	   | map({key: .[0].key, value: sum(.value)}) | from_entries) as $violations
	| ([.[].violation // empty | select(.ms != null)] | sort_by(.ms)) as $convictions
	| ($records | sum(.window_exposures)) as $exposures
	| {kernel: $first.kernel, strategy: $first.strategy, test: $first.program, verdict: $verdict,
	   shards: length, ended: ([.[] | select(.shard.state == "ended")] | length),
	   passed: ([.[] | select(.verdict == "pass")] | length),
	   failed: ([.[] | select(.verdict == "fail")] | length),
	   seconds: ($records | sum(.seconds)), lookups: ($records | sum(.lookups)),
	   migrations: ($records | sum(.migrations)),
	   exposures: ($records | sum(.exposures)), window_exposures: $exposures,
	   bound_per_exposure: (if $violations == {} and $exposures > 0 then [3 / $exposures, 1] | min else null end),
	   violations: $violations,
	   first_violation: (if $convictions == [] then null else
		{fastest: ($convictions[0] | {ms, migrations, oracle, shard, seed}),
		 median_ms: $convictions[length / 2 | floor].ms,
		 median_migrations: ([$convictions[].migrations] | sort | .[length / 2 | floor])} end)};

INDEX($states[]; .name) as $state
| [.shards[] | . + $state[.name]] as $shards
| [$shards[] | select(.again == null) | . as $shard | .tests[] as $program
   | [($shard.result.tests // [])[] | select(.name | program == $program)
      | select($shard | wrong_clock | not)] as $records
   | of_all($shard) as $of_all
   | ($records + $of_all | verdict_of($shard)) as $verdict
   | {shard: $shard, kernel: $shard.kernel, strategy: $shard.strategy, program: $program,
      records: $records, verdict: $verdict,
      reason: (if $records + $of_all | unreached($shard) then "the soak ended before its turn"
	       else ($records + $of_all | map(select(.result != "pass").reason) | first) // $shard.result.reason end),
      violation: (if $verdict == "fail" then $records + $of_all | violation($shard; $program) else null end)}
  ] as $cells
| [$shards[] | select(.again and .state == "ended") | . as $second
   | $shards[] | select(.name == $second.again and .state == "ended")
   | select(.result.output != $second.result.output)
   | {shard: .name, kernel, strategy, test: (.tests | join("+")), seed, verdict: "error",
      reason: "not deterministic: the same shard again, \($second.name), has another output",
      command: command}] as $different
| [$cells | group_by([.kernel, .strategy, .program])[] | row] as $rows
| [$shards[] | select(.state == "ended").cost] as $costs
| {
	schema: 1,
	matrix,
	verdict: ([$rows[].verdict, $different[].verdict] | worst),
	shards: {planned: ($shards | length),
		 ended: ([$shards[] | select(.state == "ended")] | length),
		 died: ([$shards[] | select(.state == "died")] | length),
		 missing: ([$shards[] | select(.state == "missing")] | length)},
	kernels: [$rows | group_by(.kernel)[] | {kernel: .[0].kernel, verdict: ([.[].verdict] | worst),
		exposures: sum(.exposures), violations: sum([.violations[]] | add // 0)}],
	tests: $rows,
	violations: [$cells[].violation // empty],
	trouble: ($different + [$cells[] | select(.verdict == "error" or .verdict == "inconclusive")
		| {shard: .shard.name, kernel, strategy, test: .program, seed: .shard.seed, verdict,
		   reason, command: (.shard | command)}]),
	lost: [$shards[] | select(.state != "ended")
		| {shard: .name, state, kernel, strategy, tests, seed, command: command}],
	cost: (if $costs == [] then null else
		{shards: ($costs | length), seconds: ($costs | sum(.seconds)),
		 to_ready: ($costs | sum(.to_ready)), log_bytes: ($costs | sum(.log_bytes)),
		 torture_seconds: ($rows | sum(.seconds)), exposures: ($rows | sum(.exposures))} end)
}

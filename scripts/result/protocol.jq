# SPDX-License-Identifier: GPL-2.0
#
# result/protocol.jq - which steps of a migration and of a lookup have met, of a run with
# TRACE=exact. A pair that a sound kernel excludes (traces/exact/eras.c) is a violation of
# the protocol, even where nobody has lost anything yet. Included by result.jq.

# All that the plugin wrote of the tortures with the run's own strategy; a test's may be
# another on purpose. What bht-result hands over: [{test, strategy, pairs...}].
def of_strategy($request): [.[] | select(.strategy == ($request.strategy // "kernel") and .era)];

def is_reached($records; $step): any($records[].migration_steps[$step] // 0; . > 0);

# Each pair once: added up; the first test that has met it says when.
def together_of:
	[.[] | .test as $test | .pairs[] | . + {test: $test}]
	| group_by([.migration, .lookup])
	| map((map(select(.count > 0)) | first // {}) as $first
	      | {migration: .[0].migration, lookup: .[0].lookup, kind: .[0].kind,
		 count: (map(.count) | add)}
	      + if $first == {} then {} else {test: $first.test, first_ms: $first.first_ms,
		 first_migrations: $first.first_migrations, before_violation: $first.before_violation} end
	      + {reason: .[0].reason});

def name_of: "\(.migration) x \(.lookup)";

def protocol_of($records):
	if $records == [] then null
	else ($records | together_of) as $pairs
	| [$pairs[] | select(.kind == "possible" and is_reached($records; .migration))] as $possible
	| [$pairs[] | select(.kind == "forbidden" and .count > 0)] as $violations
	| [$possible[] | select(.count > 0)] as $met
	| {violations: ([$violations[].count] | add // 0), pairs: $violations,
	   met: ($met | length), possible: ($possible | length),
	   covered: ($met | map(name_of)), missing: ($possible - $met | map(name_of))}
	end;

# A test, with what its tortures have met. Whoever expects violations expects these, too.
def with_protocol($records):
	.name as $name
	| [$records[] | select(.test == $name).pairs[] | select(.kind == "forbidden" and .count > 0)] as $met
	| if $met == [] then .
	else ($met | sort_by([(.before_violation | not), .first_ms]) | first) as $first
	| .violations.protocol = ([$met[].count] | add)
	| if .first_violation == null or $first.before_violation then
		.first_violation = {oracle: "protocol", ms: $first.first_ms, migrations: $first.first_migrations,
				    pair: ($first | name_of)}
	  else . end
	| if .expected_violations == null and (.result == "pass" or .result == "inconclusive") then
		.result = "fail"
		| .reason = "protocol: \($first | name_of) met \($first.count) times: \($first.reason)"
	  else . end
	end;

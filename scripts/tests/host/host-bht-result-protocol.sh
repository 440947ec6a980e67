#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What TRACE=exact has seen is part of the verdict: steps of a migration and a lookup that a
# sound kernel excludes, and that have met, are a violation with the name `protocol`.
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/result.sh
source "$bht_top/scripts/tests/result.sh"

# exact TEST FILE STRATEGY FORBIDDEN [BEFORE]: what the plugin writes of a torture. FORBIDDEN
# pairs have met.
exact()
{
	mkdir -p -- "$folder/results/$1"
	jq --null-input --arg strategy "$3" --argjson count "$4" --argjson before "${5-true}" '
		($count > 0 | if . then {first_ms: 40, first_migrations: 7, before_violation: $before} else {} end) as $first
		| {contention: {}, pairs: {strategy: $strategy, era: "held",
		   migration_steps: {checked: 5, flags: 0}, lookup_steps: {},
		   pairs: [{migration: "checked", lookup: "folio_found", kind: "possible", reason: "fine", count: 3,
			    first_ms: 1, first_migrations: 0, before_violation: true},
			   {migration: "checked", lookup: "waiting", kind: "possible", reason: "fine", count: 0},
			   {migration: "flags", lookup: "folio_found", kind: "possible", reason: "fine", count: 0},
			   {migration: "checked", lookup: "ref_taken", kind: "forbidden", reason: "the check", count: $count}
			   + $first]}}' >"$folder/results/$1/$2"
}

# convict RESULT [MORE]: a run of one test.
convict()
{
	begin_run tests convict
	a_test convict.steered "$1" "${2-}"
	ktap "$([[ $1 == pass ]] || printf 'not ')ok 1 selftests: bhtorture: convict"
}

convict pass
end_run finished
is '.verdict == "pass" and .protocol == null'

# Sound: nothing is held against it, and it says what was tried.
convict pass
exact convict.steered exact.json kernel 0
end_run finished
is '.verdict == "pass" and (.protocol | .violations == 0 and .pairs == [] and .met == 1 and .possible == 2)'
is '.protocol | .missing == ["checked x waiting"] and .covered == ["checked x folio_found"]'
is '.tests[0].violations == {}'

# Nobody lost anything yet: a violation, of two tortures together.
convict pass
exact convict.steered exact.json kernel 0
exact convict.steered exact-2.json kernel 3
end_run finished
is '.verdict == "fail" and .conviction == "protocol" and .summary.failed == 1'
is '.tests[0] | .result == "fail" and .violations.protocol == 3 and .first_violation ==
	{oracle: "protocol", ms: 40, migrations: 7, pair: "checked x ref_taken"}'
is '.protocol | .violations == 3 and [.pairs[] | .test, .count, .reason] == ["convict.steered", 3, "the check"]'
expect_output '^violation in convict.steered: oracle protocol, checked x ref_taken, after 40 ms and 7 migrations'
expect_output '^verdict: fail'

# Another oracle was first, or not.
seen=',"violations":{"ref_moved":2},"first_violation":{"oracle":"ref_moved","ms":41,"migrations":7}'
convict fail "$seen"
exact convict.steered exact.json kernel 1
end_run finished
is '.conviction == "protocol" and .tests[0].violations == {ref_moved: 2, protocol: 1}'
convict fail "$seen"
exact convict.steered exact.json kernel 1 false
end_run finished
is '.conviction == "ref_moved" and .tests[0].reason == "because"'

# A test that breaks the protocol on purpose, by a strategy of its own or as its record says.
convict pass
exact convict.steered exact.json busted 3
end_run finished
is '.verdict == "pass" and .protocol == null'
convict pass ',"expected_violations":{"ref_moved":1}'
exact convict.steered exact.json kernel 3
end_run finished
is '.verdict == "pass" and .tests[0].violations.protocol == 3'

# A guest that was killed may leave half a file.
convict pass
exact convict.steered exact.json kernel 3
printf '{"contention": ' >"$folder/results/convict.steered/exact-2.json"
end_run finished
is '.conviction == "protocol" and .tests[0].violations.protocol == 3'
finish

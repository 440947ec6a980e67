#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-mutants: a mutant is killed by an oracle that its header names, and of a race, with
# ACCEL=icount, one of the pairs of steps that its header names had met before. What only
# costs time is not scored. What did not run is an error and no survivor. The guests are played by a script.
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

mkdir -p -- "$scratch/selftests/mutants"
cp -r -- scripts "$scratch/scripts"
# mutant NAME LINE...: one with this header.
mutant()
{
	printf '// %s\n' 'eras: held' 'files: mm/migrate.c' "${@:2}" >"$scratch/selftests/mutants/$1.cocci"
}

mutant race 'oracles: ref_moved' 'pairs: checked x ref_taken, copied x returned'
mutant plain 'oracles: ref_moved'
mutant slow 'oracles: none' 'bisect: hold.p50'

# The control passes. A mutant's run fails by ref_moved after $BHT_TEST_PAIR had met.
cat >"$scratch/scripts/bht-run" <<-'END'
	#!/bin/bash
	echo "$*" >>"$BHT_TEST/calls"
	while (($#)); do
		case $1 in
		--runs-dir) runs=$2 ;;
		--mutant) mutant=$2 ;;
		esac
		shift
	done
	if [[ $mutant == "${BHT_TEST_BROKEN-none}" ]]; then
		echo "bht-kernel: 6.1 does not build"
		exit 3
	fi
	mkdir -p "$runs/run"
	ln -sfn run "$runs/latest"
	verdict=pass kill=null
	[[ ! $mutant ]] || verdict=fail kill='{"ref_moved": {"ms": 40, "migrations": 7}}'
	printf '%s\n' '[    4.0] WARNING: at move_to_new_folio' '[    5.0] bhtorture: --- Start of test' \
		'[    6.5] WARNING: at move_to_new_folio' '[    6.5]  submit_bio+0x10/0x20' >"$runs/run/console.log"
	[[ ! $mutant || ! ${BHT_TEST_COMPLAINT-} ]] || kill='{}' complaint=$BHT_TEST_COMPLAINT
	[[ ! $mutant ]] || verdict=${BHT_TEST_VERDICT:-$verdict}
	jq --null-input --argjson complaint "${complaint:-null}" --arg verdict "$verdict" --argjson kill "$kill" --argjson pairs "$BHT_TEST_PAIRS" \
		--argjson clock "${BHT_TEST_CLOCK:-null}" '
		{verdict: $verdict, ended: "finished", kernel: {era: "held"}, clock: $clock, 
		 console: {problems: [$complaint | select(.) | {line: ., text: "WARNING"}]},
		 protocol: {pairs: $pairs}, tests: [{migrations: 9, seconds: 1, exposures: 5, to_kill: $kill}]}' \
		>"$runs/run/result.json"
	[[ $verdict == pass ]]
END
chmod +x "$scratch/scripts/bht-run"
export BHT_TEST=$scratch BHT_TEST_COMPLAINT='' BHT_TEST_PAIRS='[]' BHT_MUTANTS_DIR=$scratch/score

# score OPTION...
score()
{
	: >"$scratch/calls"
	run "$scratch/scripts/bht-mutants" --kernel 6.1 --runs 1 --duration 2 --control 1 "$@"
}

# Without icount nobody measures pairs.
score
expect_status 0
expect_output '^plain +killed +ref_moved +7'
expect_output '^race +killed +ref_moved +7'
expect_output '^2 of 2 mutants killed, 1 do not apply; control clean$'
refuse "measured exactly" grep -q exact "$scratch/calls"

# Another architecture's score is beside it, and says so.
score --arch arm64 --mutants plain
expect_status 0
expect "which is which" jq -e 'any(.[]; .architecture == "arm64" and .mutant == "plain")' \
	"$scratch/score/score.json"

# The kernel complains of itself: while the test prepares, or later.
mutant warns 'oracles: kernel'
BHT_TEST_COMPLAINT=1 score --mutants warns
expect_status 0
expect_output '^warns +killed +kernel +9 +0 *$'
BHT_TEST_COMPLAINT=3 score --mutants warns
expect_output '^warns +killed +kernel +9 +1.5 *$'

# It must say what the header names, itself or by a function of the stack behind it.
mutant warns 'oracles: kernel' 'names: brd_'
BHT_TEST_COMPLAINT=3 score --mutants warns
expect_status 1
expect_output '^warns +SURVIVED +- .*the kernel complained, but not of brd_$'
mutant warns 'oracles: kernel' 'names: move_to_(old|new)'
BHT_TEST_COMPLAINT=1 score --mutants warns
expect_output '^warns +killed +kernel'
mutant warns 'oracles: kernel' 'names: submit_bio'
BHT_TEST_COMPLAINT=3 score --mutants warns
expect_output '^warns +killed +kernel +9 +1.5 *$'
rm -- "$scratch/selftests/mutants/warns.cocci"

# Of one that is said to be equivalent nothing may be noticed. It is run once.
mutant alike 'oracles: ref_moved' 'equivalent: the caller asks again'
BHT_TEST_COMPLAINT=null BHT_TEST_VERDICT=pass score --mutants alike --runs 3
expect_status 0
expect_output '^alike +equivalent +- .*the caller asks again$'
expect_output '^0 of 1 mutants killed, 1 equivalent, 0 do not apply; control clean$'
expect_output '^2 passed, 0 failed, 0 skipped$'
expect "run more than once" test "$(grep -c -- '--mutant alike' "$scratch/calls")" = 1
score --mutants alike
expect_status 0
expect_output '^alike +killed '
BHT_TEST_COMPLAINT=null BHT_TEST_VERDICT=inconclusive score --mutants alike
expect_status 1
expect_output '^alike +SURVIVED '
BHT_TEST_COMPLAINT=1 score --mutants alike
expect_status 1
expect_output '^alike +SURVIVED .*only by kernel'
rm -- "$scratch/selftests/mutants/alike.cocci"

# None of its pairs; or only when the oracle had fired.
score --accel icount
expect_status 1
expect_output '^race +SURVIVED +ref_moved .*none of its pairs had met before'
expect_output '^plain +killed '
expect "only a race is measured exactly" test "$(grep -c -- '--trace exact' "$scratch/calls")" = 1
BHT_TEST_PAIRS='[{"migration": "checked", "lookup": "ref_taken", "count": 1, "before_violation": false},
	{"migration": "checked", "lookup": "returned", "count": 1, "before_violation": true}]'
score --accel icount
expect_status 1
expect_output '^race +SURVIVED .*checked x returned'
BHT_TEST_PAIRS='[{"migration": "copied", "lookup": "returned", "count": 1, "before_violation": true}]'
score --accel icount
expect_status 0
expect_output '^race +killed +ref_moved +7 .*copied x returned$'

# Its kernel does not build: nothing is known of it. A survivor is worse.
export BHT_TEST_BROKEN=plain
score
expect_status 3
expect_output '^plain +ERROR .*6.1 does not build$'
expect_output '^1 of 2 mutants killed, 1 not run, 1 do not apply; control clean$'
expect_output '^2 passed, 1 failed, 1 skipped$'
expect "error" jq -e '.error and (.killed | not)' "$scratch/score/6.1/plain/score.json"
expect "no error" jq -e '.error == false' "$scratch/score/6.1/race/score.json"
BHT_TEST_PAIRS='[]'
score --accel icount
expect_status 1
expect_output '^plain +ERROR '
expect_output '^race +SURVIVED '
unset BHT_TEST_BROKEN

# Nor is anything, if the guest's clock was wrong.
export BHT_TEST_CLOCK='{"agree": false}'
score --mutants plain
expect_status 3
expect_output "^plain +ERROR .*the guest's clock was wrong\$"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-mutants scores: three mutants are killed, of which one needs lookups that
# linger, the control is clean, bad names are refused. With icount a score is exact: the
# same killer after the same migrations. (All mutants on all kernels: make mutants KERNEL=...)
# time-limit: 3000
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# The user's own scores stay as they are.
export BHT_MUTANTS_DIR=$scratch/mutants

run scripts/bht-mutants --mutants nope
expect_status 2
run scripts/bht-mutants --kernel distro
expect_status 2

run scripts/bht-mutants --kernel 6.1 --mutants 'norefs-unlock-early first-buffer-only get-after-unlock' \
	--runs 1 --control 10 --accel icount
expect_status 0
expect_output '^control \(held\) +clean'
expect_output '^norefs-unlock-early +killed'
expect_output '^first-buffer-only +killed'
expect_output '^get-after-unlock +killed'
expect_output '^4 passed, 0 failed, 0 skipped$'
expect "no score" jq -e 'map(select(.kernel == "6.1" and
	(.mutant | IN("norefs-unlock-early", "first-buffer-only", "get-after-unlock"))))
	| length == 3 and all(.[]; .killed and .kernel == "6.1" and .oracle
	and .migrations >= 0 and .seconds >= 0)' "$BHT_MUTANTS_DIR/score.json"
expect "no control" jq -e 'any(.[]; .kernel == "6.1" and .mutant == null and .clean and .era == "held")' \
	"$BHT_MUTANTS_DIR/score.json"
score()
{
	jq 'map(select(.mutant == "norefs-unlock-early") | {kernel, oracle, migrations, seconds})' \
		"$BHT_MUTANTS_DIR/score.json"
}
before=$(score)
rm -- "$BHT_MUTANTS_DIR/score.json"
run scripts/bht-mutants --kernel 6.1 --mutants norefs-unlock-early --runs 1 --control 0 --accel icount
expect_status 0
expect "another score: $(score), was $before" test "$(score)" = "$before"
finish

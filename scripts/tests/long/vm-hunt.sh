#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hunt finds a known bug within eight seeds: by the same seed after the same migrations
# on a busy machine, too. The command that it prints does the same, a full boot of that seed
# is identical, and a patch that puts the lock back is judged clean.
# time-limit: 2400
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly hunt=(scripts/bht-hunt --kernel 6.1 --mutant norefs-unlock-early)

# convicted: print what the last hunt found.
convicted()
{
	grep '^seed [0-9]* convicts: ' <<<"$output"
}

run "${hunt[@]}" --seeds 8 --shorten 0 --hunts-dir "$scratch/idle"
expect_status 1
found=$(convicted)
again=$(sed -n 's/^again: //p' <<<"$output")
folder=$(sed -n 's/^run folder: //p' <<<"$output")

busy=()
for _ in 1 2 3 4; do
	(while :; do :; done) &
	busy+=($!)
done
run "${hunt[@]}" --seeds 8 --shorten 0 --hunts-dir "$scratch/busy"
kill "${busy[@]}"
wait "${busy[@]}" 2>/dev/null || true
expect_status 1
expect "beside load: '$(convicted)', was '$found'" test "$(convicted)" = "$found"

# The command is the same hunt of one seed.
eval "run $again --hunts-dir '$scratch/again'"
expect_status 1
expect "the command that was printed: '$(convicted)', was '$found'" test "$(convicted)" = "$found"

run scripts/bht-replay --run "$folder"
expect_status 0
expect_output '^identical: '

# The bug the other way round is its fix.
scripts/bht-kernel diff 6.1 --mutant norefs-unlock-early |
	sed -E '/^(---|\+\+\+) /b; s/^@@ -([^ ]+) \+([^ ]+) @@/@@ -\2 +\1 @@/; t; s/^\+/\x01/; s/^-/+/; s/^\x01/-/' \
		>"$scratch/lock-held.diff"
run "${hunt[@]}" --seeds 4 --patch "$scratch/lock-held.diff" --hunts-dir "$scratch/idle"
expect_status 0
expect_output '^before: [1-4] of 4 seeds convict: '
expect_output '^after:  0 of 4 seeds convict, 4 pass: less than 75 % of all would, at 95 %$'
finish

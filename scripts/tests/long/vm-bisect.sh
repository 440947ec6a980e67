#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# git bisect run scripts/bht-bisect finds, in a history of a dozen commits over a
# real kernel source, the one that brings the race of 5.0 - 5.2 back. With --budget it
# finds the one that made the copy in the migration 20 % slower.
# time-limit: 4500
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly series=6.1 commits=12 guilty=8
tree=$scratch/linux

# commit NUMBER TEXT: whatever has been changed.
commit()
{
	git -C "$tree" -c user.name=bht -c user.email=bht@localhost \
		commit --quiet --all --message "$1: $2"
}

make_tree()
{
	local source

	source=$(scripts/bht-kernel fetch "$series")
	cp -a --reflink=auto -- "$source" "$tree"
	chmod -R u+w "$tree"
	git -C "$tree" init --quiet
	git -C "$tree" add --all --force
	commit 0 "kernel $series"
	git -C "$tree" tag begin
}

# make_history MUTANT: every commit touches the file that matters.
make_history()
{
	local i

	git -C "$tree" checkout --quiet -B "$1" begin
	for ((i = 1; i <= commits; i++)); do
		if ((i == guilty)); then
			spatch --very-quiet --in-place --sp-file \
				"selftests/mutants/$1.cocci" "$tree/mm/migrate.c"
			commit "$i" "an innocent looking optimisation"
		else
			printf '/* change %d */\n' "$i" >>"$tree/mm/migrate.c"
			commit "$i" "a comment"
		fi
	done
}

# The user's own log stays as it is.
export BHT_BISECT_DIR=$scratch/bisect

make_tree
make_history norefs-unlock-early
expected=$(git -C "$tree" log --format=%H --grep "^$guilty: ")
git -C "$tree" bisect start HEAD "HEAD~$commits" >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree" --duration 20
expect_status 0
expect_output "^$expected is the first bad commit"
expect "a line for each step" test "$(wc -l <"$BHT_BISECT_DIR/log")" -ge 3

# What a migration takes at the begin, and 3 % more: the figures of kernels that cost the same
# are the same but for what their schedules differ in.
git -C "$tree" bisect reset >"$scratch/reset" 2>&1
make_history slow-copy
expected=$(git -C "$tree" log --format=%H --grep "^$guilty: ")
git -C "$tree" checkout --quiet begin
run scripts/bht-run --kernel "$tree" --tests move_pages --duration 1 --accel icount --seed 1 \
	--trace exact --runs-dir "$scratch/runs"
expect_status 0
figure=$(scripts/bht-report --json "$scratch/runs/latest" | jq '[.series[] | select(.what == "hold" and
	.unit == "insn" and .outcome == "moved").p90_insn] | max')
git -C "$tree" bisect start slow-copy begin >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree" \
	--budget "hold.*.moved.p90>$((figure * 103 / 100))insn"
expect_status 0
expect_output "^$expected is the first bad commit"

# Two kernels that are both good are no ends to bisect between.
run scripts/bht-bisect --between 6.12 6.1
expect_status 2
run scripts/bht-bisect --between 6.1 6.12 --duration 3
expect_status 125
expect_output '^bht-bisect: [2-9] kernels: 6.1 .*6.12$'
expect_output '6.12 is said to be bad and is good$'
finish

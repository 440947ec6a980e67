#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels of the user's own trees and mutants: built incrementally, named
# rightly, and the trees stay untouched. Needs a built 6.1, hence takes minutes
# of CPU time on a machine without one.
# time-limit: 3000
# needs: kernel fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly patch=selftests/mutants/norefs-unlock-early.cocci

# value KEY: from the last run's output.
value()
{
	sed -n "s/^$1=//p" <<<"$output"
}

# compiled: the objects that the last build made.
compiled()
{
	sed -nE 's/^  CC +//p' "$(dirname -- "$(value image)")/build.log"
}

run scripts/bht-kernel path 6.1
expect_status 0
expect_output '^release=6\.1\.[0-9]+-bht-fast$'
release=$(value release)
built=$(value build)
tree=$scratch/tree
cp -al -- "$(value source)" "$tree"

# Equal sources: nothing to compile, an equal kernel.
touch -- "$scratch/before"
run scripts/bht-kernel path "$tree"
expect_status 0
expect_output "^release=$release\$"
expect "compiled again: $(compiled | sed -n 1,3p)" test "$(compiled | wc -l)" -le 1

# One file changed.
cp -- "$tree/mm/migrate.c" "$scratch/migrate.c"
printf 'int bht_test_of_trees;\n' >>"$scratch/migrate.c"
mv -f -- "$scratch/migrate.c" "$tree/mm/migrate.c"
run scripts/bht-kernel path "$tree"
expect_status 0
expect "mm/migrate.o was not compiled" grep -qx 'mm/migrate.o' <(compiled)
expect "more compiled than needed" test "$(compiled | wc -l)" -le 4
expect "more than 40 CPU-seconds" test "$(value build_cpu_s)" -le 40
changed=$(find "$tree" -newer "$scratch/before" -type f)
expect "the tree was written to: $changed" test "$changed" = "$tree/mm/migrate.c"

# A mutant of it.
run scripts/bht-kernel path "$tree" --mutant "$patch"
expect_status 0
expect_output "^release=$release-norefs-unlock-early\$"
expect "no diff" grep -q '^-.*spin_unlock' "$(value mutation)"
expect "the base was changed" test -e "$tree/mm/migrate.c" -a \
	"$(grep -c bht_test_of_trees "$tree/mm/migrate.c")" = 1

# Semantic patches of one's own, and bad ones.
printf '@@ @@\n-this_function_is_nowhere();\n' >"$scratch/nothing.cocci"
run scripts/bht-kernel path "$tree" --mutant "$scratch/nothing.cocci"
expect_status 2
expect_output 'mutant nothing matches nothing'
printf '@@ @@\n-&&&\n' >"$scratch/broken.cocci"
run scripts/bht-kernel path 6.1 --mutant "$scratch/broken.cocci"
expect_status 2
expect_output 'spatch cannot apply broken.cocci'

# A built tree is used as it is.
run scripts/bht-kernel path "$built"
expect_status 0
expect_output "^build=$built\$"
expect_output "^release=$release\$"

# What does not compile is said with the compiler's words, and not cached.
printf 'this does not compile\n' >"$scratch/migrate.c"
mv -f -- "$scratch/migrate.c" "$tree/mm/migrate.c"
run scripts/bht-kernel path "$tree"
expect_status 3
expect_output 'migrate.c:1:.* error'

touch -- "$tree/.config"
run scripts/bht-kernel path "$tree"
expect_status 3
expect_output 'make mrproper'
hash=$(printf '%s' "$(realpath -- "$tree")" | sha256sum | cut -c 1-10)
rm -rf -- "${XDG_CACHE_HOME:-$HOME/.cache}/bhtorture/trees/tree-$hash"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every mutant changes the sources of the eras it is for, and is refused
# elsewhere, unless its header says what it does there ('// elsewhere: ...'). (That it
# is caught is for VMs to show.) One kernel of the held era every day;
# BHT_MUTANT_KERNELS names others.
# time-limit: 400
# needs: kernel fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# era SOURCE: which way of keeping lookups out the kernel has.
era()
{
	if grep -q BH_Migrate "$1/include/linux/buffer_head.h"; then
		printf 'flag\n'
	else
		printf 'held\n'
	fi
}

for kernel in ${BHT_MUTANT_KERNELS:-6.1}; do
	# Fetching and unpacking is all that this needs.
	source_tree=$(scripts/bht-kernel fetch "$kernel")
	era=$(era "$source_tree")
	for file in selftests/mutants/*.cocci; do
		mutant=$(basename -- "$file" .cocci)
		for key in eras files oracles; do
			grep -q "^// $key: ." "$file" || wrong "$file has no line '// $key:'"
		done
		run scripts/bht-kernel diff "$kernel" --mutant "$mutant"
		if grep -qE "^// eras:.*\b$era\b" "$file"; then
			expect_status 0
			expect_output '^\+\+\+ b/'
		elif grep -q '^// elsewhere: .' "$file"; then
			expect_output '^\+\+\+ b/|matches nothing in this kernel'
		else
			expect_status 2
			expect_output "mutant $mutant matches nothing in this kernel"
			expect_lines 1
		fi
	done
done
run scripts/bht-kernel diff "${kernel}" --mutant "$scratch/none.cocci"
expect_status 2
expect_output "no patch '.*none.cocci'"

# A fix, or a bug, may be a patch as git makes them.
mkdir -p -- "$scratch/a/mm" "$scratch/b/mm"
cp -- "$source_tree/mm/migrate.c" "$scratch/a/mm/"
sed '1a/* changed */' "$scratch/a/mm/migrate.c" >"$scratch/b/mm/migrate.c"
(cd -- "$scratch" && diff -u a/mm/migrate.c b/mm/migrate.c >change.diff) || true
run scripts/bht-kernel diff "$kernel" --mutant "$scratch/change.diff"
expect_status 0
expect_output '^\+/\* changed \*/$'
sed 's/SPDX/SPDY/' "$scratch/change.diff" >"$scratch/other.patch"
run scripts/bht-kernel diff "$kernel" --mutant "$scratch/other.patch"
expect_status 2
expect_output 'patch other.patch does not apply$'
finish

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kselftest.sh - whose lib.mk, harness and runner the selftests are built with: those
# of the kernel's own source; where there is none, or it is too old, those that the suite
# has a copy of. Sourced by bht-kernel.

# They are 50 KB of the kernel's source, whose package has 139 MB.
readonly own_kselftest=$bht_top/selftests/linux

# What the suite takes from tools/testing/selftests, and what has to be in it: kernels
# before 5.10 lack one or the other.
#  file | extended regex
readonly kselftest_needs='
lib.mk               | TEST_GEN_PROGS_EXTENDED
kselftest_harness.h  | define FIXTURE_VARIANT_ADD\(
kselftest_harness.h  | define SKIP\(
kselftest_harness.h  | define TEST_F_TIMEOUT\(
kselftest/runner.sh  | run_many
run_kselftest.sh     | --test
'

# kselftest_lacks SOURCE: print what of that SOURCE's kselftest does not have, nothing
# when it serves.
kselftest_lacks()
{
	local folder=$1/tools/testing/selftests file pattern

	while IFS='|' read -r file pattern; do
		file=${file// /} pattern=${pattern# }
		[[ $file ]] || continue
		if [[ ! -f $folder/$file ]]; then
			printf 'no %s\n' "$file"
			return
		elif ! grep -qE -- "$pattern" "$folder/$file"; then
			printf "no '%s' in %s\n" "${pattern//\\/}" "$file"
			return
		fi
	done <<<"$kselftest_needs"
}

# kselftest_source SOURCE: print the folder whose tools/testing/selftests serves for a
# kernel of SOURCE.
kselftest_source()
{
	local lacks

	lacks=$(kselftest_lacks "$1")
	if [[ -z $lacks ]]; then
		printf '%s\n' "$1"
		return
	fi
	say "the kselftest of $1 is too old ($lacks): using the suite's copy"
	printf '%s\n' "$own_kselftest"
}

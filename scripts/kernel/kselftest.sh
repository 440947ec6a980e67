# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kselftest.sh - whose lib.mk, harness and runner the selftests are built with: those
# of the kernel's own source, and where they are too old those of the distribution's
# linux-source. Sourced by bht-kernel after debian.sh.

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
	local lacks other

	lacks=$(kselftest_lacks "$1")
	if [[ -z $lacks ]]; then
		printf '%s\n' "$1"
		return
	fi
	say "the kselftest of $1 is too old ($lacks): using the distribution's"
	other=$(distribution_kselftest) || exit
	lacks=$(kselftest_lacks "$other")
	[[ -z $lacks ]] || environment_error "the distribution's kselftest is too old, too ($lacks in $other)"
	printf '%s\n' "$other"
}

# distribution_kselftest: print the folder with the kselftest of the kernel that the
# distribution installs at present, fetched first when it is not in the cache.
distribution_kselftest()
{
	local view found release version series key deb views

	check_apt
	views=$(package_views)
	for view in $views; do
		update_view "$view"
		found=$(stock_release "$view")
		[[ -n $found ]] || continue
		read -r release version <<<"$found"
		series=$(series_of "$release")
		key=$(selftests_key "$series" "$version")
		if [[ ! -d $(cache_dir)/$key ]]; then
			version=$(same_version "$view" "linux-source-$series" "$version")
			deb=$(download "$view" "linux-source-$series=$version") || continue
			cached "$key" unpack_source "$deb" "${selftests_parts[@]}" >/dev/null ||
				environment_error "cannot unpack $deb"
		fi
		use_entry "$key"
		printf '%s\n' "$(cache_dir)/$key"
		return
	done
	[[ -n $found ]] ||
		environment_error "no package linux-image-$arch_package in this machine's package lists"
	fetch_failed "the source of kernel $series"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # scratch is expect.sh's
#
# checked.sh - what a checker found nothing in need not be shown to it again: two of them
# take minutes for all files. The cache keeps a line for each file that was clean: a hash
# of all that the answer depends on. Sourced after expect.sh by tests of style.

readonly checked_limit=20000	# lines; then the older half goes

checked_list=$(cache_dir)/checked

# hash_of WORDS FILE...: print one hash of the words (a checker, its version, its options)
# and of the files' names and contents.
hash_of()
{
	{
		printf '%s\n' "$1"
		sha256sum -- "${@:2}"
	} | sha256sum | cut -d ' ' -f 1
}

# was_clean HASH
was_clean()
{
	[[ -e $checked_list ]] && grep -qxF -- "$1" "$checked_list"
}

# keep_clean HASH: it is, from now on. One write of less than a pipe's size: tests run beside each
# other.
keep_clean()
{
	printf '%s\n' "$1" >>"$checked_list"
}

# trim_checked: before a test begins.
trim_checked()
{
	if [[ -e $checked_list ]] && (($(wc -l <"$checked_list") > checked_limit)); then
		tail -n "$((checked_limit / 2))" -- "$checked_list" >"$scratch/checked"
		mv -- "$scratch/checked" "$checked_list"
	fi
}

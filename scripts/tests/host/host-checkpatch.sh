#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The C code passes the kernel's own checkpatch, strictly.
# time-limit: 600
# needs: fetch checkpatch git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/checked.sh
source scripts/tests/checked.sh

source_tree=$(kernel_field source)

# A trace header is macros that are no statements, in columns of its own.
readonly trace_header_ignores=LINE_SPACING,MACRO_ARG_REUSE,OPEN_ENDED_LINE,MULTISTATEMENT_MACRO_USE_DO_WHILE,COMPLEX_MACRO,SPACING,PARENTHESIS_ALIGNMENT

# Programs have the C library's types, and texts for people in one piece.
readonly program_ignores=PREFER_KERNEL_TYPES,LONG_LINE_STRING

# Nothing of the kernel's headers is there, and constants that the loader sets are volatile.
readonly bpf_ignores=$program_ignores,NEW_TYPEDEFS,CAMELCASE,VOLATILE,MACRO_ARG_PRECEDENCE,MACRO_ARG_REUSE

checker=$source_tree/scripts/checkpatch.pl
version=$(sha256sum "$checker" "$source_tree/scripts/spelling.txt" | cut -d ' ' -f 1)

# check FILE OPTION...: what was clean is not looked at again.
check()
{
	local hash

	hash=$(hash_of "$version ${*:2}" "$1")
	! was_clean "$hash" || return 0
	if perl "$checker" --no-tree --strict --terse --show-types "${@:2}" -f "$1"; then
		keep_clean "$hash"
	else
		wrong "checkpatch $1"
	fi
}

# It does complain, and goes on doing so.
printf '// SPDX-License-Identifier: GPL-2.0\nint  a ;\n' >"$scratch/bad.c"
for time in first second; do
	(check "$scratch/bad.c"; ((failures > 0))) >"$scratch/said" ||
		wrong "nothing is said of a bad file the $time time"
done

trim_checked
while read -r file; do
	ignore=()
	case $file in
	*/trace.h) ignore=(--ignore "$trace_header_ignores") ;;
	traces/watch/bpf/*) ignore=(--ignore "$bpf_ignores") ;;
	traces/* | scripts/*) ignore=(--ignore "$program_ignores") ;;
	esac
	check "$file" "${ignore[@]}"
done < <(source_files 'module/*.[ch]' 'selftests/*.[ch]' 'traces/*.[ch]' 'scripts/*.[ch]')
finish

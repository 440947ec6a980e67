#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The C code passes the kernel's own checkpatch, strictly.
# time-limit: 600
# needs: fetch checkpatch git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

source_tree=$(kernel_field source)

# A trace header is macros that are no statements, in columns of its own.
readonly trace_header_ignores=LINE_SPACING,MACRO_ARG_REUSE,OPEN_ENDED_LINE,MULTISTATEMENT_MACRO_USE_DO_WHILE,COMPLEX_MACRO,SPACING,PARENTHESIS_ALIGNMENT

# Programs have the C library's types, and texts for people in one piece.
readonly program_ignores=PREFER_KERNEL_TYPES,LONG_LINE_STRING

# Nothing of the kernel's headers is there, and constants that the loader sets are volatile.
readonly bpf_ignores=$program_ignores,NEW_TYPEDEFS,CAMELCASE,VOLATILE,MACRO_ARG_PRECEDENCE,MACRO_ARG_REUSE

while read -r file; do
	ignore=()
	case $file in
	*/trace.h) ignore=(--ignore "$trace_header_ignores") ;;
	traces/watch/bpf/*) ignore=(--ignore "$bpf_ignores") ;;
	traces/* | scripts/*) ignore=(--ignore "$program_ignores") ;;
	esac
	perl "$source_tree/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types "${ignore[@]}" -f "$file" || wrong "checkpatch $file"
done < <(source_files 'module/*.[ch]' 'selftests/*.[ch]' 'traces/*.[ch]' 'scripts/*.[ch]')
finish

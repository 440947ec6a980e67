#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every shell script of the project is shellcheck-clean.
# time-limit: 240

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/expect.sh"

is_shell_script()
{
	head -n 2 -- "$1" | grep -qE '^#!/bin/(ba)?sh|shellcheck shell='
}

files=()
while read -r file; do
	if is_shell_script "$file"; then
		files+=("$file")
	fi
done < <(source_files)

((${#files[@]} >= 5)) || wrong "only ${#files[@]} scripts found"
for file in "${files[@]}"; do
	# Sourced files are checked with the scripts that source them, too; alone
	# they would be blamed for variables that only the others use.
	shellcheck --external-sources "$file" || wrong "shellcheck $file"
done
printf '%d scripts\n' "${#files[@]}"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every shell script of the project is shellcheck-clean, and no pipe's reader stops
# early: that kills its writer now and then, and pipefail makes it a failure.
# time-limit: 600
# needs: shellcheck git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

is_shell_script()
{
	# The guest's have busybox's shell; what is sourced says so in its first lines.
	head -n 5 -- "$1" | grep -E '^#!/bin/((ba)?sh|busybox sh)|^# shellcheck shell=' >/dev/null
}

# early_readers FILE: print the lines where a pipe ends in something like `grep -q`.
early_readers()
{
	awk '{
		line = (piped ? "| " : "") $0
		piped = /[^|][|]$/
		gsub(/[|][|]/, "or", line)
	}
	line ~ /[|][ \t]*(head -[nc] [0-9]|grep -[a-zA-Z]*[qm]|grep .* -m [0-9])/ { print FILENAME ":" FNR ":" $0 }' "$1"
}

files=()
while read -r file; do
	if is_shell_script "$file"; then
		files+=("$file")
	fi
done < <(source_files)

for file in scripts/bht-run scripts/lib/base.sh scripts/guest/init scripts/guest/soak traces/bht-trace; do
	[[ " ${files[*]} " == *" $file "* ]] || wrong "$file is not looked at"
done
for file in "${files[@]}"; do
	# Sourced files are checked with the scripts that source them, too; alone
	# they would be blamed for variables that only the others use.
	shellcheck --external-sources "$file" || wrong "shellcheck $file"
	early=$(early_readers "$file")
	[[ -z $early ]] || wrong "the pipe's writer may be killed: $early"
done
printf '%d scripts\n' "${#files[@]}"
finish

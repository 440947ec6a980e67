#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every shell script of the project is shellcheck-clean, and no pipe's reader stops
# early: that kills its writer now and then, and pipefail makes it a failure.
# time-limit: 600
# needs: shellcheck git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/checked.sh
source scripts/tests/checked.sh

is_shell_script()
{
	# The guest's have busybox's shell; what is sourced says so in its first lines.
	head -n 5 -- "$1" | grep -E '^#!(/bin/(ba)?sh|/usr/bin/env bash|/bin/busybox sh)|^# shellcheck shell=' >/dev/null
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

# one_command FILE...: print the functions that are one command: none can go on after one
# that failed.
one_command()
{
	awk '
		/^[a-z_]+\(\)$/ { name = substr($0, 1, length($0) - 2); commands = 0; next }
		/^}$/ { if (commands == 1) print name; name = "" }
		name && /^\t/ { if (!continued) commands++; continued = /(\\|[|]|&&)$/ }' "$@"
}

# without_questions: of shellcheck's complaints, all but those of a function that is a
# question (is_..., has_...) or one command, and stands in a condition. Any other function
# goes on there after a command that failed (SC2310): it needs in_strict_shell, or a word
# why not.
without_questions()
{
	local file line column rest name

	while IFS=: read -r file line column rest; do
		[[ -n $file ]] || continue
		if [[ $rest == *'[SC2310]' ]]; then
			name=$(sed -n "${line}p" -- "$file" | cut -c "$column-" | grep -oE '^[A-Za-z_0-9]+')
			[[ ! $name =~ (^|_)(is|are|has|have|was|can)_ && " $harmless " != *" $name "* ]] || continue
		fi
		printf '%s:%s:%s: %s\n' "$file" "$line" "$column" "$rest"
	done
}

# all_sources FILE: leave in all_files what shellcheck reads for FILE: that, and what its
# directives name.
declare -A directives=()
all_sources()
{
	local i other

	all_files=("$1")
	for ((i = 0; i < ${#all_files[@]}; i++)); do
		other=${all_files[i]}
		[[ ${directives[$other]+known} ]] ||
			directives[$other]=$(sed -n 's/^[ \t]*# shellcheck source=//p' -- "$other" | tr '\n' ' ')
		for other in ${directives[$other]}; do
			[[ ! -f $other || " ${all_files[*]} " == *" $other "* ]] || all_files+=("$other")
		done
	done
}

# The rule itself: a step that fails unseen is found.
cat >"$scratch/step.sh" <<-'END'
	#!/bin/bash
	set -e
	is_there() { [[ -e $1 ]]; }
	pack() { false; true; }
	is_there / || exit
	pack || exit
END
harmless="in_strict_shell"
run shellcheck --enable=check-set-e-suppressed --format=gcc "$scratch/step.sh"
output=$(without_questions <<<"$output")
expect_lines 1
expect_output 'step.sh:6:1: .*SC2310'

files=()
while read -r file; do
	if is_shell_script "$file"; then
		files+=("$file")
	fi
done < <(source_files)

for file in scripts/bht-run scripts/lib/base.sh scripts/guest/init scripts/guest/soak traces/bht-trace; do
	[[ " ${files[*]} " == *" $file "* ]] || wrong "$file is not looked at"
done
harmless+=" $(one_command "${files[@]}" | tr '\n' ' ')"
version=$(shellcheck --version | sed -n 's/^version: //p')
rules=$(sha256sum <"${BASH_SOURCE[0]}")
trim_checked
for file in "${files[@]}"; do
	all_sources "$file"
	named=$(grep -owhF -f <(tr ' ' '\n' <<<"$harmless" | grep .) -- "${all_files[@]}" | sort -u || true)
	hash=$(hash_of "shellcheck $version $rules $named" "${all_files[@]}")
	! was_clean "$hash" || continue
	# Sourced files are checked with the scripts that source them, too; alone
	# they would be blamed for variables that only the others use.
	run shellcheck --external-sources --enable=check-set-e-suppressed --format=gcc "$file"
	complaints=$(without_questions <<<"$output")
	[[ -z $complaints ]] || wrong "shellcheck $file: $complaints"
	early=$(early_readers "$file")
	[[ -z $early ]] || wrong "the pipe's writer may be killed: $early"
	[[ $complaints$early ]] || keep_clean "$hash"
done
printf '%d scripts\n' "${#files[@]}"
finish

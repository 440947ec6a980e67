#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The scripts' shared vocabulary.
# time-limit: 30

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/options.sh
source scripts/lib/options.sh

for value in 0 1 10 010 099; do
	expect "$value is an integer in [0, 99]" is_integer "$value" 0 99
done
for value in '' -1 +1 1.5 0x10 100 '1 2' 'a[0]' 99999999999999999999 $'1\n'; do
	if is_integer "$value" 0 99; then
		wrong "'$value' is no integer in [0, 99]"
	fi
done

status=0
# shellcheck disable=SC2310 # it exits
output=$(fail 3 "one  line" 2>&1) || status=$?
expect_status 3
expect_output '^host-lib.sh: one  line$'
status=0
# shellcheck disable=SC2310 # it exits
output=$(usage_error "x" 2>&1) || status=$?
expect_status 2

usage()
{
	echo 'how to use it'
}

# parsed WORD...: print what a command makes of them.
parsed()
{
	local duration=7 spare_mem=0 list='' at_once=1
	local -a names=()

	take_options 'duration: spare-mem: list j:=at_once mutant:=names[]' "$@"
	printf '%s|' "$duration" "$spare_mem" "$list" "$at_once" "${names[*]}" "${#names[@]}" "${operands[*]}"
}

# parses EXPECTED WORD...
parses()
{
	run parsed "${@:2}"
	expect_status 0
	expect "not as expected: $1" test "$output" = "$1"
}

# parses_not EXPECTED WORD...
parses_not()
{
	run parsed "${@:2}"
	expect_status 2
	expect_lines 1
	expect_output "^host-lib.sh: $1; see host-lib.sh --help\$"
}

# shellcheck disable=SC2016 # no variable is meant
parses '5|0|1|4|a  b $c|2|x --y|' --duration=5 --mutant 'a  b' x --list --mutant='$c' -j4 -- --y
parses '-1|3||1||0||' --duration -1 --spare-mem 3
parses "it's|0||1|;|1||" --mutant ';' --duration "it's"
parses 'how to use it' --list --help
parses 'how to use it' -h
# Neither an abbreviation nor what makes getopt refuse it.
parses_not "unknown option '--dur'" --dur 5
parses_not "unknown option '--dur=5'" --dur=5
parses_not "unknown option '--li'" --li
parses_not "unknown option '--hel'" --hel
parses_not "unknown option '--list~'" --list~
parses_not "unknown option '--nope'" --nope 1
parses_not "unknown option '-x'" -x
parses_not 'option --duration needs a value' --list --duration
parses_not 'option -j needs a value' -j
parses_not 'option --list takes no value' --list=1

# shellcheck disable=SC2016 # no variable is meant
shouting='with "quotes" and $dollars'
shout()
{
	printf '%s|%s\n' "$shouting" "$1"
	[[ $1 == 'a  b' ]]
}
run in_strict_shell shout 'a  b'
expect_status 0
expect_output '^with "quotes" and .dollars\|a  b$'
run in_strict_shell shout c
expect_status 1
finish

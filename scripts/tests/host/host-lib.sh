#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scripts' shared vocabulary.
# time-limit: 30

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

for value in 0 1 10 010 099; do
	expect "$value is an integer in [0, 99]" is_integer "$value" 0 99
done
for value in '' -1 +1 1.5 0x10 100 '1 2' 'a[0]' 99999999999999999999 $'1\n'; do
	if is_integer "$value" 0 99; then
		wrong "'$value' is no integer in [0, 99]"
	fi
done

status=0
output=$(fail 3 "one  line" 2>&1) || status=$?
expect_status 3
expect_output '^host-lib.sh: one  line$'
status=0
output=$(usage_error "x" 2>&1) || status=$?
expect_status 2

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

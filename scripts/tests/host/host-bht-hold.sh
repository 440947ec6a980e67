#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hold finds where private_lock is taken and dropped in code written as compilers
# write it, and names what it cannot tell; what it refuses, it refuses in one line.
# time-limit: 120
# needs: trace

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

tools=$scratch/traces
make -s -C traces OUTPUT="$tools" "$tools"/{bht-hold,finder-unit,finder-unit-arm64} ||
	environment_error "the recording tools do not build"

run "$tools/finder-unit"
expect_status 0

# The code of another architecture, where something can assemble it.
if command -v aarch64-linux-gnu-gcc >/dev/null; then
	code=$scratch/code
	aarch64-linux-gnu-gcc -c -o "$code.o" traces/finder/unit/finder-unit-arm64.S
	aarch64-linux-gnu-ld -Ttext=0x10000 -e 0 -o "$code" "$code.o"
	aarch64-linux-gnu-objcopy -O binary -j .text "$code" "$code.bin"
	aarch64-linux-gnu-nm "$code" >"$code.symbols"
	run "$tools/finder-unit-arm64" "$code.bin" "$code.symbols"
	expect_status 0
fi

hold=$tools/bht-hold
for options in '' nonsense record 'record --side nonsense' 'list --nonsense' \
	'record --output /tmp --seconds 0' 'record --output /tmp --lock -1' \
	'record --output /tmp --sample 0 --no-events' 'record --output /tmp --sample 101 --no-events' \
	'record --output /tmp --sample 25'; do
	# shellcheck disable=SC2086 # words on purpose
	run "$hold" $options
	expect_status 2
	expect_lines 1
done
run "$hold" --help
expect_status 0
expect_output '^Usage: bht-hold'
finish

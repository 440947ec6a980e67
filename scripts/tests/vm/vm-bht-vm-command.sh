#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest boots with two NUMA nodes, runs a command with its environment, and
# brings output, files and the exit status out. Its boot is no problem to
# bht-console.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# shellcheck disable=SC2016 # for the guest
boot --env "WORDS=it's \$HOME" --command '
	echo "$WORDS"
	cat /sys/devices/system/node/online
	test -b /dev/ram0 || modprobe brd
	test -b /dev/ram0 && echo brd
	echo kept >/results/file
	exit 7'
expect_status 7
expect_output "^it's \\\$HOME$"
expect_output '^0-1$'
expect_output '^brd$'
expect_output 'initramfs [0-9]+ MB'
expect_ended finished fail
expect_result '.console.problems == [] and .host.smp == 2'
expect_result ".kernel.release == \"$release\""
expect "a result file is lost" test "$(<"$scratch/runs/latest/results/file")" = kept
expect "the base is larger than 40 MB" test "$(stat -c %s "$base")" -le $((40 << 20))
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# SIGTERM to bht-vm and Ctrl-C for make and everything below it: the run ends at
# once, its folder is complete and no process is left.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# await_within SECONDS: from now. Without the signal it would last for 1000.
await_within()
{
	local began=$SECONDS

	await
	((SECONDS - began <= $1)) || wrong "took $((SECONDS - began)) s to end"
}

start "${vm[@]}" --command 'sleep 1000'
wait_for 200 guest_is_ready
kill -TERM "$started"
await_within 60
expect_status 143
expect_output 'interrupted by SIGTERM$'
expect_ended interrupted error

# As a terminal does it: SIGINT to the whole process group, QEMU included.
printf 'run_tests:\n\t@%s\n' "${vm[*]} --command sleep\\ 1000" >"$scratch/Makefile"
start make -f "$scratch/Makefile" run_tests
wait_for 200 a_guest_runs
kill -INT -- "-$started"
await_within 60
expect_status 2 130
expect_output 'interrupted by SIGINT$'
expect_ended interrupted error
finish

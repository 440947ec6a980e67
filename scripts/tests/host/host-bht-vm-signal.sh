#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A signal that comes while bht-vm's watch looks at its guest ends the guest, not the
# script: see vm/supervise.sh. And no limit counts the time that all of it was stopped. The
# guest is a sleep, and the looks are slow.
# time-limit: 180

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export scratch
mkdir "$scratch/bin"
cat >"$scratch/bin/stat" <<-'END'
	#!/bin/bash
	echo >"$scratch/looking"
	sleep 1
	echo 0
END
chmod +x "$scratch/bin/stat"
mkfifo "$scratch/monitor.out"
: >"$scratch/ktap.log"
PATH=$scratch/bin:$PATH

# supervisor: as bht-vm goes about it, with a guest that never ends.
cat >"$scratch/supervisor" <<-'END'
	set -euo pipefail
	source scripts/lib/base.sh
	source scripts/vm/qemu.sh
	source scripts/vm/supervise.sh
	run=$scratch signal='' time_limit=$1 boot_limit=600 stall_limit=0 crash_dump=''
	ask_for_stacks() { :; }
	for name in INT TERM HUP; do
		trap "signal=$name" "$name"
	done
	trap 'printf "ended %s, code %s: %s\n" "$ended" "$code" "$reason"; kill "$qemu_pid"' EXIT
	sleep 600 &
	qemu_pid=$!
	supervise
END

is_looking()
{
	[[ -e $scratch/looking ]]
}

for name in INT TERM HUP; do
	rm -f -- "$scratch/looking" "$scratch/conclusion"
	start "$BASH" "$scratch/supervisor" 600
	wait_for 20 is_looking
	kill -s "$name" "$started"
	await
	expect_status 0
	expect_output "^ended interrupted, code $((128 + $(kill -l "$name"))): interrupted by SIG$name\$"
done

# And what the watch says is heard.
rm -f -- "$scratch/conclusion"
run "$BASH" "$scratch/supervisor" 3
expect_status 0
expect_output '^ended time_limit, code 124: the guest did not end within its time limit of 3 s$'

# What is stopped, as a suspended machine is, loses none of its time.
rm -f -- "$scratch/looking" "$scratch/conclusion"
began=$SECONDS
start "$BASH" "$scratch/supervisor" 6
wait_for 20 is_looking
kill -STOP -- "-$started"
sleep 14
kill -CONT -- "-$started"
await
expect_output '^ended time_limit, code 124: '
lasted=$((SECONDS - began))
((lasted >= 19)) || wrong "a limit of 6 s ended it after $lasted s, of which it was stopped for 14"

# Also when a busy machine lets it come in parts.
rm -f -- "$scratch/conclusion"
sed -i "/^ask_for_stacks/a watch() { printf pa; sleep 0.6; printf 'nic 1 '; sleep 0.6; printf 'the reason\\\\n'; exec sleep 600; }" \
	"$scratch/supervisor"
run "$BASH" "$scratch/supervisor" 600
expect_status 0
expect_output '^ended panic, code 1: the reason$'
finish

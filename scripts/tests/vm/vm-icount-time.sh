#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# With --accel icount the guest's time is its own: it begins at a fixed date, and a
# host's clock that gets in is noticed. Files come out by a serial line.
# time-limit: 900

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh
# shellcheck source=scripts/lib/progress.sh
source scripts/lib/progress.sh
# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh
# shellcheck source=scripts/vm/emulator.sh
source scripts/vm/emulator.sh

# The guest's time, its files, and that it has no disk.
boot --accel icount --command 'date; uname -n; echo kept >/results/file; ls /sys/block | grep vd; exit 7'
expect_status 7
expect_output '^Thu Jan  1 00:00:[0-9]+ UTC 2026$'
expect "a result file is lost" test "$(<"$scratch/runs/latest/results/file")" = kept
refuse "there is a virtio disk" grep -q '^vd' "$scratch/runs/latest/ktap.log"

# A clock of the host's that gets in is noticed: the fingerprint is that of the program
# which lets it in, twice the same, the output is not.
emulator=$(find_emulator)
cat >"$scratch/qemu" <<-END
	#!/bin/sh
	[ \$# -gt 4 ] || exec '$emulator' "\$@"
	exec '$emulator' "\$@" -rtc base=utc,clock=vm
END
chmod +x "$scratch/qemu"
BHT_QEMU=$scratch/qemu twice "${vm[@]}" --accel icount --command 'date'
expect_status 0
refuse "the host's clock got in, and the output is the same" test "${first[1]}" = "${second[1]}"
finish

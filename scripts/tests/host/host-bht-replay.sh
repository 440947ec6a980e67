#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-replay runs again what a run folder kept, says whether it is the same, leaves the
# folder as it was; it finds the first block of instructions that differs; an exported
# archive does so by itself; a run of another kind is told from it. QEMU is played by a
# script, which takes the place of its program loader.
# time-limit: 200

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

folder="$scratch/runs, all/20260101-000000"
mkdir -p -- "$folder/replay/qemu/lib" "$folder/replay/qemu/firmware"
printf '%s\n' 'qemu 0123' -smp 2 -kernel 'kernel 4567' -initrd 'initramfs 89ab' \
	-fw_cfg 'order cdef' -chardev 'file,id=ktap,append=on,path=RUN/ktap.log' \
	-chardev 'pipe,id=monitor,path=RUN/.vm/monitor' >"$folder/inputs"
printf 'kernel\n' >"$folder/replay/kernel"
printf 'initramfs\n' >"$folder/replay/initramfs"
printf 'order\n' >"$folder/replay/order"
printf '{"host": {"accel": "icount"}}\n' >"$folder/result.json"
: >"$folder/replay/qemu/qemu"
# Its output is what it boots.
cat >"$folder/replay/qemu/lib/ld-fake.so" <<-'END'
	#!/bin/bash
	while (($#)); do
		case $1 in
		-kernel) kernel=$2 ;;
		-initrd) initramfs=$2 ;;
		-plugin) blocks=${2#*out=} ;;
		-fw_cfg) order=${2#*file=} ;;
		-chardev)
			case $2 in
			*id=ktap*) ktap=${2#*path=} ;;
			*id=monitor*) monitor=${2#*path=} ;;
			esac ;;
		esac
		shift
	done
	[[ -p ${monitor//,,/,}.in ]] || exit 1
	# The third block of instructions is the first that differs, unless all is alike.
	[[ -z $blocks ]] || {
		printf '%s\0\0\0\0\0\0\0' A B
		[[ -s ${order//,,/,} ]] || printf '%s\0\0\0\0\0\0\0' "${blocks##*/}"
		printf '%s\0\0\0\0\0\0\0' C
	} >"$blocks"
	cat -- "$kernel" "$initramfs" "${order//,,/,}" >"${ktap//,,/,}"
END
chmod +x "$folder/replay/qemu/lib/ld-fake.so"
printf 'kernel\ninitramfs\norder\n' >"$folder/ktap.log"
before=$(find "$folder" -printf '%p %s %T@\n' | sort)

run scripts/bht-replay --run "$folder"
expect_status 0
expect_output '^identical: 3 lines of output, sha256 [0-9a-f]{64}$'
run scripts/bht-replay --run "$folder" --export "$scratch/export.tar.gz"
expect_status 0
expect "the run folder has changed" test "$(find "$folder" -printf '%p %s %T@\n' | sort)" = "$before"

# The archive alone, elsewhere.
mkdir "$scratch/elsewhere"
tar -x -f "$scratch/export.tar.gz" -C "$scratch/elsewhere"
mv -- "$folder" "$folder.gone"
run "$scratch/elsewhere/bhtorture-20260101-000000/replay.sh"
expect_status 0
expect_output '^identical: 3 lines'
mv -- "$folder.gone" "$folder"

# Not the same.
printf 'initramfs, but another\n' >"$folder/replay/initramfs"
run scripts/bht-replay --run "$folder"
expect_status 1
expect_output '^not identical: line 2$'
expect_output 'was: initramfs$'
expect_output 'now: initramfs, but another$'
expect_output '^two replays with a log are alike, 3 blocks of instructions: the run was another one$'
printf 'initramfs\n' >"$folder/replay/initramfs"
: >"$folder/replay/order"
run scripts/bht-replay --run "$folder"
expect_status 1
expect_output 'now: \(the end\)$'
expect_output '^first block of instructions that differs: number 3, after 0x42: 0x31 in one replay, 0x32 in another$'

# Not of that kind.
rm -- "$folder/inputs"
printf '{"host": {"accel": "kvm"}}\n' >"$folder/result.json"
run scripts/bht-replay --run "$folder"
expect_status 3
expect_lines 1
expect_output "ran with kvm, which does nothing twice: 'make hunt'"
run scripts/bht-replay --run nothing
expect_status 2
expect_output "bad --run 'nothing'"
finish

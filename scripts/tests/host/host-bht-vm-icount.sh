#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What --accel icount can be asked for, and the fingerprint of such a guest: it changes
# with each input, and with nothing else.
# time-limit: 200

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

refused "'9'.* 1 to 8" --accel icount --smp 9
refused "'0'.* 1 to 8" --accel icount --smp 0
: >"$scratch/kernel"
run scripts/bht-vm --kernel-image "$scratch/kernel" --initrd "$scratch/kernel" --accel icount --smp 9
expect_status 2
expect_output "^bht-vm: bad --smp '9': allowed is a whole number from 1 to 8 "

# A machine of its own: a QEMU that knows two questions, firmware, kernel, initramfs.
make_machine()
{
	local dir=$1

	mkdir -p -- "$dir/firmware" "$dir/run"
	cat >"$dir/qemu" <<-'END'
		#!/bin/sh
		case $1 in
		--version) echo 'QEMU emulator version 10.0.2' ;;
		-L) echo "${0%/*}/firmware" ;;
		esac
	END
	chmod +x "$dir/qemu"
	printf 'bios\n' >"$dir/firmware/bios.bin"
	printf 'kernel\n' >"$dir/kernel"
	printf 'initramfs\n' >"$dir/run/initrd"
}

cat >"$scratch/inputs" <<-'END'
	set -euo pipefail
	source scripts/lib/base.sh
	source scripts/lib/arch.sh
	source scripts/vm/emulator.sh
	source scripts/vm/qemu.sh
	source scripts/vm/icount.sh
	choose_architecture x86_64
	dir=$1 append=$2 smp=$3
	emulator=$dir/qemu
	qemu=()
	qemu_command icount "$smp" 512 "$dir/kernel" "$dir/run/initrd" "$append"
	qemu+=(-chardev "file,id=ktap,path=${dir//,/,,}/run/ktap.log")
	write_inputs "$dir/run" "$dir/kernel" "$dir/run/initrd" "$dir/run/inputs"
	hash_of "$dir/run/inputs"
END

# fingerprint DIR [APPEND [SMP]]
fingerprint()
{
	"$BASH" "$scratch/inputs" "$1" "${2-bht.seed=1}" "${3-2}"
}

make_machine "$scratch/a"
make_machine "$scratch/b, c"
first=$(fingerprint "$scratch/a")
expect "the fingerprint is no hash: $first" grep -qxE '[0-9a-f]{64}' <<<"$first"
expect "the path of the inputs matters" test "$(fingerprint "$scratch/b, c")" = "$first"
run cat "$scratch/a/run/inputs"
expect_output '^shift=[0-9],sleep=off$'
expect_output '^kernel [0-9a-f]{64}$'
refuse "a path is left in the inputs" grep -qF "$scratch" "$scratch/a/run/inputs"

refuse "the seed does not matter" test "$(fingerprint "$scratch/a" bht.seed=2)" = "$first"
refuse "the number of CPUs does not matter" test "$(fingerprint "$scratch/a" bht.seed=1 4)" = "$first"
for file in qemu firmware/bios.bin kernel run/initrd; do
	make_machine "$scratch/a"
	expect "the same is not the same" test "$(fingerprint "$scratch/a")" = "$first"
	printf '\n' >>"$scratch/a/$file"
	refuse "$file does not matter" test "$(fingerprint "$scratch/a")" = "$first"
done
finish

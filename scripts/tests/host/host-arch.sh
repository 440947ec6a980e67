#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Which architecture a guest is of: what was asked for, else this machine's, which is
# pretended here by another `uname`. What does not exist is refused by name. Another
# architecture's guest is told from one of this machine's: its tools, its QEMU, no KVM.
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

unset BHT_ARCH
mkdir "$scratch/bin"

# machine NAME: from now on this is one.
machine()
{
	printf '#!/bin/bash\n[[ "$*" == -m ]] && echo %s || exec /usr/bin/uname "$@"\n' "$1" >"$scratch/bin/uname"
	chmod +x "$scratch/bin/uname"
}

# on_it COMMAND...: run it on the pretended machine.
on_it()
{
	run env "PATH=$scratch/bin:$PATH" "XDG_CACHE_HOME=$scratch/cache" "$@"
}

# words ACCEL [ARCH]: the guest's QEMU.
words()
{
	# shellcheck disable=SC2016 # for that shell
	on_it bash -c 'set -euo pipefail
		for part in lib/base lib/progress lib/apt vm/emulator vm/icount vm/qemu; do
			source "scripts/$part.sh"
		done
		choose_architecture "$2"
		emulator=$arch_qemu
		mkdir "$3"
		qemu_command "$1" 2 768 IMAGE INITRD ""
		qemu_outputs "$1" "$3" "$3"
		printf "%s\n" "${qemu[@]}"
		kvm_is_there >/dev/null || kvm_is_there' - "$1" "${2-}" "$(mktemp --dry-run -- "$scratch/run.XXXX")"
}

for name in 'x86_64 x86_64' 'aarch64 arm64'; do
	machine "${name% *}"
	on_it scripts/bht-run --dry-run
	expect_output "^guest: ${name#* }, "
	on_it scripts/bht-run --dry-run --arch arm64
	expect_output '^guest: arm64, '
	on_it make run_tests ARCH=amd64 -n
	expect_status 0
done

# A native one: its own QEMU and compiler.
machine aarch64
words tcg
expect_status 0
expect_output '^qemu-system-aarch64$'
expect_output '^virt,gic-version=3,'
expect_output '^pci-serial,chardev=ktap$'
expect "not the console of the machine" grep -q 'console=ttyAMA0 .*' <<<"$output"
expect "KVM is refused for another reason" test -z "$(grep 'own architecture' <<<"$output")"
on_it scripts/bht-setup --list --for kernel
expect "a cross compiler" test -z "$(grep 'compiles for' <<<"$output")"

# The other way round.
words icount x86_64
expect_status 1
expect_output '^qemu-system-x86_64$'
expect_output '^chardev:results$'
expect_output "KVM runs guests of this machine's own architecture, arm64"
machine x86_64
words icount arm64
expect_output '^pci-serial,chardev=results$'
expect_output "KVM runs guests of this machine's own architecture, x86_64"

# What nobody knows.
machine riscv64
on_it scripts/bht-run --dry-run
expect_status 3
expect_output "^bht-run: this machine is of the architecture riscv64; known are arm64 x86_64: give --arch"
on_it scripts/bht-run --dry-run --arch arm64
expect_output '^guest: arm64, '
machine x86_64
for name in bht-run 'bht-kernel path distro' bht-hunt 'bht-initramfs base' bht-vm bht-mutants; do
	# shellcheck disable=SC2086 # words on purpose
	on_it scripts/$name --arch vax
	expect_status 2
	expect_output "bad --arch 'vax': known are arm64 x86_64"
	expect_lines 1
done

# A kernel says by its name which it is for; a flavour may be for one only.
on_it scripts/bht-kernel path 6.1.0-56-arm64
expect_status 2
expect_output "kernel '6.1.0-56-arm64' is one of arm64, and the guest is of x86_64"
on_it scripts/bht-kernel path 6.1:64k
expect_status 2
expect_output "unknown flavour '64k' of kernel '6.1:64k'; known on x86_64: fast debug kcsan btf filesystems rt"

# Figures are exact on both. What reads code of x86-64 says so.
on_it scripts/bht-run --arch arm64 --dry-run --accel icount --trace exact
expect_output '^guest: arm64, '
mkdir "$scratch/run"
printf '%s\n' -M virt,gic-version=3 >"$scratch/run/inputs"
on_it scripts/bht-debug --run "$scratch/run" --batch
expect_status 2
expect_output "bad --run 'run': its guest is of arm64"

finish

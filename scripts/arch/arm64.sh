# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # lib/arch.sh says what they mean
#
# arch/arm64.sh - what arm64 is to the suite.

arch_uname=aarch64
arch_package=arm64
arch_triplet=aarch64-linux-gnu

arch_make=arm64
arch_target=Image
arch_image=arch/arm64/boot/Image
# Parts of arch/arm are arm64's, too.
arch_source_globs='[!Kua]*'
arch_flavours=(64k 16k)

arch_qemu=qemu-system-aarch64
arch_qemu_package=qemu-system-arm
arch_qemu_packages=(qemu-system-arm qemu-system-common qemu-system-data)
# dtb-randomness=off: no random numbers of the host reach the guest. Version 3 of the
# interrupt controller is for more than eight CPUs.
arch_machine=(-M 'virt,gic-version=3,dtb-randomness=off')
# TCG computes the architecture's own algorithm of pointer authentication in hundreds of
# instructions; kernels before 5.12 do not boot on a CPU with LPA2.
arch_cpu=max,pauth-impdef=on,lpa2=off
# It has no random numbers (FEAT_RNG): where QEMU is in their sequence is not saved with a
# guest. It has the atomic instructions that locks are made of, and pages of all sizes.
arch_icount_cpu=neoverse-n1

# The machine has one PL011, from QEMU 9.1 on a second. All others are on the PCI bus.
arch_console=ttyAMA0
arch_output=ttyS0
arch_results=ttyS1
arch_serial=pci-serial
arch_parameters=''
arch_emulated_parameters=''
arch_icount_parameters=''
arch_has_nmi=''
arch_has_tsc=''
# The guest learns of memory that can be plugged in by ACPI, which needs firmware.
arch_has_spare_memory=''

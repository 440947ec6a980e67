# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # lib/arch.sh says what they mean
#
# arch/x86_64.sh - what x86-64 is to the suite.

arch_uname=x86_64
arch_package=amd64
arch_triplet=x86_64-linux-gnu

arch_make=x86
arch_target=bzImage
arch_image=arch/x86/boot/bzImage
arch_source_globs='[!Kux]*'
arch_flavours=()

arch_qemu=qemu-system-x86_64
arch_qemu_package=qemu-system-x86
arch_qemu_packages=(qemu-system-x86 qemu-system-common qemu-system-data seabios)
arch_machine=()
arch_cpu=max
# No random numbers: where QEMU is in their sequence is not saved with a guest.
arch_icount_cpu=max,-rdrand,-rdseed

arch_console=ttyS0,115200
arch_output=ttyS1
arch_results=ttyS2
arch_serial=-serial
# bht-vm sends an NMI to a guest that hangs, for its stacks.
arch_parameters='unknown_nmi_panic'
# Where QEMU emulates the CPUs: their time stamp counters are one clock. Without being
# told, the kernel distrusts them and reads the HPET instead. Then each CPU that reads the
# time leaves for QEMU and takes its big lock.
arch_emulated_parameters='tsc=reliable'
# The time stamp counter counts nanoseconds, whatever the shift.
arch_icount_parameters='tsc_early_khz=1000000'
arch_has_nmi=1
arch_has_tsc=1
arch_has_spare_memory=1

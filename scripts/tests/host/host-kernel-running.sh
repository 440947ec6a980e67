#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# KERNEL=distro where Debian's packages cannot be fetched: the running kernel, if its image,
# headers and a kselftest are there, else one line that says what to give. The system is
# pretended, and so is its kernel.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

root=$scratch/root release=6.17.4-200.fc43.x86_64
mkdir -p -- "$root/etc" "$root/boot" "$root/lib/modules/$release"
printf 'NAME="Fedora Linux"\nID=fedora\n' >"$root/etc/os-release"
export XDG_CACHE_HOME=$scratch/cache BHT_SYSTEM_ROOT=$root BHT_SYSTEM_RELEASE=$release

# an_image FILE RELEASE: what there is of a bzImage for who asks its release.
an_image()
{
	truncate --size=2K -- "$1"
	printf 'HdrS' | dd of="$1" bs=1 seek=514 conv=notrunc status=none
	printf '\0\2' | dd of="$1" bs=1 seek=526 conv=notrunc status=none
	printf '%s (mock@fedora) #1 SMP\0' "$2" | dd of="$1" bs=1 seek=1024 conv=notrunc status=none
}

# refused_with LINE
refused_with()
{
	run scripts/bht-kernel path distro
	expect_status 3
	expect_lines 1
	expect_output "^bht-kernel: kernel 'distro': $1"
}

refused_with "no readable image of $release in /boot"
# Of another kernel.
an_image "$root/boot/vmlinuz-$release" 6.17.3
refused_with "no readable image of $release in /boot"
an_image "$root/lib/modules/$release/vmlinuz" "$release"
refused_with "no headers of $release in .*kernel-devel"
mkdir -- "$root/lib/modules/$release/build"
touch -- "$root/lib/modules/$release/build/"{Makefile,Module.symvers}
refused_with 'kselftest comes with a kernel.s source only .*BHT_KSELFTEST_SOURCE=DIRECTORY'

# A kselftest that is new enough, as kernel/kselftest.sh sees it.
selftests=$scratch/linux/tools/testing/selftests
mkdir -p -- "$selftests/kselftest"
echo TEST_GEN_PROGS_EXTENDED >"$selftests/lib.mk"
printf '#define %s\n' 'FIXTURE_VARIANT_ADD(a)' 'SKIP(a)' 'TEST_F_TIMEOUT(a)' >"$selftests/kselftest_harness.h"
echo 'run_many' >"$selftests/kselftest/runner.sh"
echo '--test' >"$selftests/run_kselftest.sh"
export BHT_KSELFTEST_SOURCE=$scratch/linux
run scripts/bht-kernel path distro
expect_status 0
expect_output "^release=$release\$"
expect_output "^image=$root/lib/modules/$release/vmlinuz\$"
expect_output "^build=$root/lib/modules/$release/build\$"
expect_output "^kselftest=$scratch/linux\$"
refuse "something was fetched" compgen -G "$scratch/cache/bhtorture/apt/*"

# The same in each distribution, where neither apt nor dpkg is: what would be done is said,
# a tree needs neither, and a version says why it cannot be had.
mkdir -p -- "$scratch/bin" "$scratch/tree/mm" "$scratch/tree/scripts"
touch -- "$scratch/tree/"{Kconfig,mm/migrate.c,scripts/Makefile.build}
for folder in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
	find "$folder/" -maxdepth 1 \( -type f -o -type l \) ! -name 'apt*' ! -name 'dpkg*' -exec \
		ln -sft "$scratch/bin" -- {} + 2>/dev/null || true
done
for id in fedora opensuse-tumbleweed arch nixos ubuntu; do
	printf 'ID=%s\n' "$id" >"$root/etc/os-release"
	run env PATH="$scratch/bin" scripts/bht-kernel plan distro
	expect_status 0
	expect_output "^$release, which runs here\$"
	run env PATH="$scratch/bin" scripts/bht-kernel plan "$scratch/tree"
	expect_status 0
	expect_output "^$scratch/tree, built in the cache first\$"
	run env PATH="$scratch/bin" scripts/bht-kernel plan 6.1
	expect_status 3
	expect_lines 1
	expect_output 'no apt on this system: .*name a source or build tree'
	run env PATH="$scratch/bin" scripts/bht-kernel list
	expect_status 0
	expect_output '^in the cache \('
done

# Its modules are compressed as that distribution does it.
rm -f -- "$scratch/bin/zstd"
mkdir -- "$scratch/modules"
: >"$scratch/modules/brd.ko.zst"
# shellcheck disable=SC2016 # for the shell that is started
run env PATH="$scratch/bin" bash -c 'set -euo pipefail
	source scripts/lib/base.sh
	source scripts/lib/arch.sh
	source scripts/guest/base.sh
	module_files() { printf "%s\n" "$scratch/modules/brd.ko.zst"; }
	scratch=$1
	add_modules "$scratch/guest" 6.17 "$scratch/modules" ""' modules "$scratch"
expect_status 3
expect_lines 1
expect_output 'compressed by zstd, .*install zstd$'

# Arch has one name for all releases, NixOS another place.
rm -- "$root/lib/modules/$release/vmlinuz"
an_image "$root/boot/vmlinuz-linux" "$release"
run scripts/bht-kernel path distro
expect_status 0
expect_output "^image=$root/boot/vmlinuz-linux\$"
rm -- "$root/boot/vmlinuz-linux"
booted=$root/run/booted-system
mkdir -p -- "$booted/kernel-modules/lib"
an_image "$booted/kernel" "$release"
mv -- "$root/lib/modules" "$booted/kernel-modules/lib/"
run scripts/bht-kernel path distro
expect_status 0
expect_output "^image=$booted/kernel\$"
expect_output "^build=$booted/kernel-modules/lib/modules/$release/build\$"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# KERNEL=distro where neither apt nor dpkg is: image, headers and modules of the kernel that
# runs are used where they are, and nothing is fetched. The system is pretended, with this
# distribution's packaged kernel in the place of the running one.
# time-limit: 900
# needs: run fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/progress.sh
source scripts/lib/progress.sh
# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh
# shellcheck source=scripts/vm/emulator.sh
source scripts/vm/emulator.sh

scripts/bht-kernel path distro >"$scratch/lines"
field()
{
	sed -n "s/^$1=//p" "$scratch/lines"
}
release=$(field release) root=$scratch/root
mkdir -p -- "$root/etc" "$root/boot" "$root/lib/modules" "$scratch/bin"
printf 'NAME="Fedora Linux"\nID=fedora\n' >"$root/etc/os-release"
cp -- "$(field image)" "$root/boot/vmlinuz-$release"
cp -a -- "$(field modules)" "$root/lib/modules/$release"
rm -f -- "$root/lib/modules/$release/"{build,source}
ln -s -- "$(field build)" "$root/lib/modules/$release/build"

# This machine, without what makes it Debian.
for folder in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
	find "$folder/" -maxdepth 1 \( -type f -o -type l \) ! -name 'apt*' ! -name 'dpkg*' -exec \
		ln -sft "$scratch/bin" -- {} + 2>/dev/null || true
done

# Such a system has a QEMU of its own; this one's may be too old for icount.
emulator=$(find_emulator)
run env -i "PATH=$scratch/bin" "HOME=$scratch" "BHT_QEMU=$emulator" "BHT_BUILD=$scratch/build" "BHT_SYSTEM_ROOT=$root" \
	"BHT_SYSTEM_RELEASE=$release" "BHT_KSELFTEST_SOURCE=$(field kselftest)" scripts/bht-run --tests move_pages --duration 2 --accel icount --seed 1
expect_status 0
expect_output "^kernel: $release \\(distro\\)\$"
expect_output '^verdict: pass$'
refuse "something was fetched" compgen -G "$scratch/.cache/bhtorture/@(apt|debs)/*"
finish

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/image.sh - unpacks a distribution's xz-compressed kernel on the host, once. An
# emulated CPU takes some five seconds for that at every boot. Sourced by bht-run after
# lib/arch.sh.
# shellcheck disable=SC2154

# boot_image FILE SOURCE: print which file to boot instead of the kernel FILE. That is
# its ELF image when all of this is true, else FILE itself:
#  - it is one of x86-64's: arm64's are not compressed
#  - FILE is compressed with xz (other compressions are fast enough)
#  - the kernel source SOURCE has scripts/extract-vmlinux
#  - QEMU can boot the image: it has the note of the PVH entry point
boot_image()
{
	local extract=$2/scripts/extract-vmlinux key entry

	if [[ $arch_target != bzImage || ! -x $extract ]] || ! is_xz "$1"; then
		printf '%s\n' "$1"
		return
	fi
	key=$(sha256sum -- "$1" | cut -c1-16)
	entry=$(cached "vmlinux/$key" unpack_image "$extract" "$1") || return
	if [[ -s $entry/vmlinux ]]; then
		printf '%s\n' "$entry/vmlinux"
	else
		printf '%s\n' "$1"
	fi
}

# is_xz FILE: it has an xz stream.
is_xz()
{
	LC_ALL=C grep -qaP '\xFD7zXZ\x00' "$1"
}

# unpack_image EXTRACT FILE OUTDIR: producer of the cache entry; an empty one says that
# the image cannot be booted unpacked.
unpack_image()
{
	local vmlinux=$3/vmlinux

	"$1" "$2" >"$vmlinux" 2>/dev/null || true
	if ! is_pvh "$vmlinux"; then
		rm -f -- "$vmlinux"
	fi
}

# is_pvh VMLINUX: it has Xen's note 18, XEN_ELFNOTE_PHYS32_ENTRY.
is_pvh()
{
	readelf --notes --wide -- "$1" 2>/dev/null | grep -E 'Xen.*0x00000012' >/dev/null
}

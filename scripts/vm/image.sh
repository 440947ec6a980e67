# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/image.sh - unpacks a distribution's xz-compressed kernel on the host, once.
# The emulated CPU would take some five seconds for it at every boot. Sourced by
# bht-vm.

# boot_image FILE: print what to boot instead of FILE: its ELF image, when it has
# one compressed with xz that QEMU can boot (with the note of the PVH entry point),
# else FILE itself. Other compressions unpack fast enough as they are.
boot_image()
{
	local offset key entry

	offset=$(xz_offset "$1")
	if [[ -z $offset ]]; then
		printf '%s\n' "$1"
		return
	fi
	key=$(sha256sum -- "$1" | cut -c1-16)
	entry=$(cached "vmlinux/$key" unpack_image "$1" "$offset") || return
	if [[ -s $entry/vmlinux ]]; then
		printf '%s\n' "$entry/vmlinux"
	else
		printf '%s\n' "$1"
	fi
}

# xz_offset FILE: print where FILE's xz stream begins (counted from 1), or nothing.
xz_offset()
{
	local found

	# The decompressor's code may hold the magic number, too, but not that early.
	found=$(LC_ALL=C grep -m 1 -obUaP '\xFD7zXZ\x00' "$1" | tr -d '\000' | sed -n 1p || true)
	if [[ -n $found ]]; then
		printf '%d\n' $((${found%%:*} + 1))
	fi
}

# unpack_image FILE OFFSET OUTDIR: producer of the cache entry; an empty one says
# that the image cannot be booted unpacked.
unpack_image()
{
	local vmlinux=$3/vmlinux

	# xz complains of what follows the stream, the payload's size.
	tail --bytes="+$2" -- "$1" | xz -dcq --single-stream >"$vmlinux" 2>/dev/null || true
	if ! is_pvh "$vmlinux"; then
		rm -f -- "$vmlinux"
	fi
}

# is_pvh VMLINUX: it has Xen's note 18, XEN_ELFNOTE_PHYS32_ENTRY.
is_pvh()
{
	readelf --notes --wide -- "$1" 2>/dev/null | grep -E 'Xen.*0x00000012' >/dev/null
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# guest/base.sh - the guest's base: busybox, tools of this machine, kernel modules,
# /init. Sourced by bht-initramfs after guest/archive.sh.
# shellcheck disable=SC2154 # bht_top is lib/base.sh's, guest_root guest/archive.sh's

# Programs of this machine that the guest gets, besides busybox.
readonly needed_tools='timeout'		# busybox's knows no --foreground
readonly optional_tools='trace-cmd e2fsck mkfs.ext4 dumpe2fs numactl strace'
readonly optional_files='/etc/mke2fs.conf'

# Kernel modules that tests may ask for. They may be built in or absent.
readonly kernel_modules='brd loop virtio_pci virtio_blk qemu_fw_cfg ext4 null_blk dm-mod dm-flakey dm-delay'

# What only some tests need: programs and kernel modules, with the same rules.
#  test | programs | kernel modules
readonly needs_of_tests='
filesystems   | stress-ng mkfs.vfat fsck.vfat mkfs.nilfs2 mkfs.gfs2 fsck.gfs2 mkfs.xfs xfs_repair mkfs.btrfs btrfs | ext2 vfat nls_ascii nls_cp437 nls_iso8859-1 nilfs2 gfs2 xfs btrfs
memory_offline | mkfs.vfat fsck.vfat mkfs.nilfs2 | vfat nls_ascii nls_cp437 nls_iso8859-1 nilfs2
cma           | mkfs.vfat fsck.vfat mkfs.nilfs2 | vfat nls_ascii nls_cp437 nls_iso8859-1 nilfs2
online_resize | resize2fs |
migrate_pages | migratepages |
soft_offline  | | hwpoison-inject
storm         | stress-ng | hwpoison-inject
peers         | stress-ng |
'

# needed_by TESTS COLUMN: print what these tests need besides, as words: programs
# (column 2) or kernel modules (3).
needed_by()
{
	awk -F '|' -v tests=" $1 " -v column="$2" '
		{ name = $1; gsub(/ /, "", name) }
		name != "" && index(tests, " " name " ") { print $column }' <<<"$needs_of_tests"
}

# tools TESTS: print the paths of all programs that go into the base.
tools()
{
	local tool path

	for tool in $needed_tools; do
		guest_program "$guest_root" "$tool" ||
			environment_error "no program '$tool' on this machine"
	done
	for tool in $optional_tools $(needed_by "$1" 2); do
		path=$(guest_program "$guest_root" "$tool") || continue
		printf '%s\n' "$path"
	done
}

# module_files RELEASE DIR TESTS: print the files of the modules and of all that
# they depend on.
module_files()
{
	local base=${2%/lib/modules/*} module

	[[ -n $2 && -e $2/modules.dep ]] || return 0
	for module in $kernel_modules $(needed_by "$3" 3); do
		modprobe --config /dev/null --dirname "$base" --set-version "$1" \
			--show-depends "$module" 2>/dev/null || true
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u
}

# add_modules ROOT RELEASE DIR TESTS: put them below ROOT, so that modprobe finds them.
add_modules()
{
	local root=$1 release=$2 dir=$3 file target

	mkdir -p -- "$root/usr/lib/modules/$release"
	while read -r file; do
		target=$root/usr/lib/modules/$release/${file#"$dir"/}
		mkdir -p -- "$(dirname -- "$target")"
		# busybox cannot read every compression.
		case $file in
		*.xz) xz -dc -- "$file" >"${target%.xz}" ;;
		*.zst)
			command -v zstd >/dev/null ||
				environment_error "the modules of $release are compressed by zstd, which is not on this machine: install zstd"
			zstd -dcq -- "$file" >"${target%.zst}" ;;
		*.gz) gzip -dc -- "$file" >"${target%.gz}" ;;
		*) cp -- "$file" "$target" ;;
		esac
	done < <(module_files "$release" "$dir" "$4")
	for file in "$dir"/modules.builtin "$dir"/modules.builtin.modinfo; do
		if [[ -e $file ]]; then
			cp -- "$file" "$root/usr/lib/modules/$release/"
		fi
	done
	# It warns that modules.order is missing, which does not matter.
	depmod -b "$root/usr" "$release" 2>/dev/null
}

# add_skeleton ROOT: folders, busybox and its names, what programs expect in /etc.
add_skeleton()
{
	local root=$1 busybox applet

	busybox=$(guest_program "$guest_root" busybox) || environment_error "no program 'busybox' on this machine"
	mkdir -p -- "$root"/{dev,proc,sys,tmp,etc,root,mnt,results,bht,usr/bin,usr/lib/lib64}
	ln -s usr/bin "$root/bin"
	ln -s usr/bin "$root/sbin"
	ln -s bin "$root/usr/sbin"
	ln -s usr/lib "$root/lib"
	ln -s usr/lib/lib64 "$root/lib64"
	ln -s lib/lib64 "$root/usr/lib64"
	install -m 755 -- "$busybox" "$root/usr/bin/busybox"
	while read -r applet; do
		ln -s busybox "$root/usr/bin/$applet" 2>/dev/null || true
	done < <(busybox --list)	# this machine's: the other one does not run here
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\n' >"$root/etc/group"
	ln -s /proc/mounts "$root/etc/mtab"
	install -m 755 -- "$bht_top/scripts/guest/init" "$root/init"
	install -m 755 -- "$bht_top/scripts/guest/soak" "$root/usr/bin/guest-soak"
	install -m 644 -- "$bht_top/scripts/guest/console.awk" "$root/guest-console.awk"
	# busybox's own asks an init process that the guest does not have.
	rm -f -- "$root/usr/bin/poweroff"
	printf '#!/bin/busybox sh\nexec /bin/busybox reboot -f\n' >"$root/usr/bin/poweroff"
	# The runner prefixes test output with prefix.pl if there is a perl, else
	# with sed, which holds lines back. This is perl for that one script.
	cat >"$root/usr/bin/perl" <<-'END'
		#!/bin/busybox sh
		while IFS= read -r line || [ -n "$line" ]; do
			printf '# %s\n' "$line"
		done
	END
	chmod 755 -- "$root/usr/bin/poweroff" "$root/usr/bin/perl"
}

# make_base RELEASE MODULES TESTS OUTDIR: producer of the cache entry.
make_base()
{
	local release=$1 modules=$2 tests=$3 outdir=$4 tool file
	local -a tool_list

	mkdir -- "$outdir/root"
	add_skeleton "$outdir/root"
	mapfile -t tool_list < <(tools "$tests")
	for tool in "${tool_list[@]}"; do
		rm -f -- "$outdir/root/usr/bin/${tool##*/}"
		install -m 755 -- "$tool" "$outdir/root/usr/bin/${tool##*/}"
	done
	add_libraries "$outdir/root" "${tool_list[@]}"
	for file in $optional_files; do
		if [[ -e $file ]]; then
			install -D -m 644 -- "$file" "$outdir/root$file"
		fi
	done
	add_modules "$outdir/root" "$release" "$modules" "$tests"
	pack "$outdir/root" "$outdir/base.cpio"
	rm -rf -- "${outdir:?}/root"
}

# base_key RELEASE MODULES TESTS: print what the base depends on, as one hash.
base_key()
{
	local -a programs files

	mapfile -t programs < <(tools "$3")
	mapfile -t files < <(
		printf '%s\n' "${programs[@]}"
		libraries "${programs[@]}"
		module_files "$1" "$2" "$3"
		guest_program "$guest_root" busybox
		printf '%s\n' "$bht_top"/scripts/guest/{init,soak,console.awk,base.sh,archive.sh}
	)
	{
		printf '%s\n' "$1"
		sha256sum -- "${files[@]}" | cut -d' ' -f1
	} | sha256sum | cut -c1-16
}

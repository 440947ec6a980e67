# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# guest/sysroot.sh - the programs, libraries and headers of a guest of another architecture:
# Debian's packages of that architecture, unpacked into the cache. Nothing is installed. For
# a guest of this machine's own architecture they are this machine's. Sourced after
# lib/apt.sh and lib/arch.sh by bht-run and bht-initramfs.
# shellcheck disable=SC2154

# In each guest; and what the tests are compiled against.
readonly sysroot_packages='busybox-static coreutils e2fsprogs trace-cmd numactl strace
	libc6-dev libnuma-dev libblkid-dev libjansson-dev libtracefs-dev libtraceevent-dev libcapstone-dev'

# Programs that only some tests need (guest/base.sh) and the packages that have them, or
# that they are built with.
readonly sysroot_programs='
stress-ng   stress-ng
mkfs.vfat   dosfstools
mkfs.nilfs2 nilfs-tools
mkfs.gfs2   gfs2-utils
mkfs.xfs    xfsprogs
mkfs.btrfs  btrfs-progs
bht-watch   libbpf-dev
'

# Raise when what is unpacked changes, or how.
readonly sysroot_recipe=1

# sysroot PROGRAM...: print the folder of packages with these programs besides, nothing for a
# guest of this machine's own architecture. What was fetched once stays in use.
sysroot()
{
	local program packages current key list
	local -a found debs

	is_foreign || return 0
	packages=$sysroot_packages
	for program in "$@"; do
		packages+=" $(awk -v program="$program" '$1 == program { print $2 }' <<<"$sysroot_programs")"
	done
	# shellcheck disable=SC2086 # words on purpose
	packages=$(printf '%s\n' $packages | sort -u)
	current=$(cache_dir)/sysroots
	mkdir -p -- "$current"
	current+=/$arch_name-$(printf '%s\n' "$sysroot_recipe" "$packages" | sha256sum | cut -c 1-12)
	key=$(cat -- "$current" 2>/dev/null || true)
	if [[ -z $key || ! -d $(cache_dir)/$key ]]; then
		check_apt
		list=$(sysroot_closure "$packages") || exit
		mapfile -t found <<<"$list"
		list=$(download "fresh@$arch_package" "${found[@]}") ||
			fetch_failed "the $arch_package packages for the guest"
		mapfile -t debs <<<"$list"
		key=sysroots/root-$arch_name-$(printf '%s\n' "$sysroot_recipe" "${found[@]}" | sha256sum | cut -c 1-12)
		say "unpacking ${#debs[@]} $arch_package packages for the guest"
		cached "$key" unpack_sysroot "${debs[@]}" >/dev/null || environment_error "cannot unpack them"
		printf '%s\n' "$key" >"$current.$$" && mv -- "$current.$$" "$current"
	fi
	use_entry "$key"
	printf '%s\n' "$(cache_dir)/$key"
}

# sysroot_closure PACKAGES: print PACKAGE=VERSION of them and of all that they need.
sysroot_closure()
{
	local view list

	for view in machine fresh; do
		update_view "$view@$arch_package"
		# shellcheck disable=SC2086 # words on purpose
		list=$(apt_tool "$view@$arch_package" apt-get install --simulate --no-install-recommends $1 2>/dev/null |
			sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1=\2/p')
		[[ $list ]] || continue
		printf '%s\n' "$list"
		return
	done
	environment_error "no $arch_package packages of ${1//$'\n'/ } in this machine's suites"
}

# unpack_sysroot DEB... OUTDIR: and add a compiler that looks there.
unpack_sysroot()
{
	local deb outdir=${*: -1} tool

	for deb in "${@:1:$#-1}"; do
		dpkg-deb -x "$deb" "$outdir"
	done
	rm -rf -- "${outdir:?}/usr/share/"{doc,man,locale,info}
	mkdir -- "$outdir/cross"
	for tool in gcc ar as ld nm objcopy strip; do
		# shellcheck disable=SC2016 # the script's own
		printf '#!/bin/sh\nexec %s %s"$@"\n' "$arch_cross$tool" \
			"$([[ $tool != gcc ]] || printf '%s ' '--sysroot="${0%/cross/*}"')" >"$outdir/cross/$arch_cross$tool"
		chmod 755 -- "$outdir/cross/$arch_cross$tool"
	done
}

# guest_program ROOT NAME: print the path of a program for the guest; ROOT is that of
# sysroot(), empty for this machine.
guest_program()
{
	local folder

	if [[ -z $1 ]]; then
		PATH=$PATH:/usr/sbin:/sbin command -v -- "$2"
		return
	fi
	for folder in usr/bin bin usr/sbin sbin; do
		[[ -e $1/$folder/$2 ]] || continue
		printf '%s\n' "$1/$folder/$2"
		return 0
	done
	return 1
}

# foreign_libraries ROOT FILE...: print the shared libraries that programs of another
# architecture need, and what loads them.
foreign_libraries()
{
	local root=$1 name file
	local -a todo=("${@:2}")
	local -A seen=()

	while ((${#todo[@]})); do
		while read -r name; do
			[[ -z ${seen[$name]-} ]] || continue
			seen[$name]=1
			# What loads a program has its whole path written into it.
			for file in "$root"/{usr/,}lib/{"$arch_triplet"/,}"$name" "$root$name"; do
				[[ -e $file ]] || continue
				printf '%s\n' "$file"
				todo+=("$file")
				break
			done
		done < <(readelf --dynamic --program-headers --wide -- "${todo[0]}" 2>/dev/null |
			sed -nE 's,.*\(NEEDED\).*\[(.*)\]$,\1,p; s,.*program interpreter: (/.*)\]$,\1,p')
		todo=("${todo[@]:1}")
	done
}

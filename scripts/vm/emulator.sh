# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/emulator.sh - which QEMU emulates the guests' CPUs. Sourced after lib/apt.sh and
# lib/arch.sh, whose variables it reads.
# shellcheck disable=SC2154
#
# TCG before QEMU 8.1 can keep the translation of code that another CPU has just
# patched, and execute it for ever. A CPU with interrupts off then stays in the int3 of
# a static key or kprobe that is gone, and the kernel's text_poke_bp() waits for it.
# With 7.2, three of nine recordings by bht-hold ended so. Where only such a QEMU is
# installed, the one of Debian's backports is unpacked into the cache and used. The
# libraries of the installed one are enough for it.

# In this version TCG holds the page's lock while it translates.
readonly first_safe_emulator=8.1
# Raise when what is unpacked, or how, changes.
readonly emulator_recipe=1

# find_emulator: print the path of the QEMU for guests without KVM. BHT_QEMU names one.
find_emulator()
{
	local installed version folder current failed

	if [[ -n ${BHT_QEMU-} ]]; then
		command -v "$BHT_QEMU" ||
			usage_error "bad BHT_QEMU '$BHT_QEMU': no such program"
		return
	fi
	installed=$(command -v "$arch_qemu") ||
		environment_error "$arch_qemu is missing; scripts/bht-setup installs it"
	version=$(emulator_version "$installed")
	current=$(cache_dir)/emulator/${arch_prefix}current
	failed=$(cache_dir)/emulator/${arch_prefix}failed
	folder=$(cat -- "$current" 2>/dev/null || true)
	if [[ -z $version ]] || emulator_is_safe "$version"; then
		folder=''
	elif [[ -z $folder || ! -x $folder/bin/$arch_qemu ]]; then
		mkdir -p -- "$(dirname -- "$current")"
		if [[ -n $(find "$failed" -mmin -1440 2>/dev/null) ]] ||
			! folder=$(in_strict_shell fetch_emulator); then
			folder=''
			[[ -e $failed ]] ||
				say "QEMU $version may hang guests whose code is patched (kprobes, trace events); no newer one to be had"
			touch -- "$failed"
		else
			printf '%s\n' "$folder" >"$current.$$" && mv -- "$current.$$" "$current"
		fi
	fi
	if [[ $folder ]]; then
		use_entry "emulator/${folder##*/}"
		installed=$folder/bin/$arch_qemu
	fi
	printf '%s\n' "$installed"
}

# emulator_version PROGRAM: print 7.2.22, nothing for what does not say so.
emulator_version()
{
	"$1" --version 2>/dev/null |
		sed -n 's/^QEMU emulator version \([0-9]\+\(\.[0-9]\+\)*\).*/\1/p'
}

# emulator_binary PROGRAM: print the path of the program itself; that of the cache is
# started by a script.
emulator_binary()
{
	local file

	file=$(readlink -f -- "$(command -v -- "$1")") || return
	if [[ -x ${file%/bin/*}/usr/bin/$arch_qemu ]]; then
		file=${file%/bin/*}/usr/bin/$arch_qemu
	fi
	printf '%s\n' "$file"
}

# emulator_is_safe VERSION
emulator_is_safe()
{
	printf '%s\n%s\n' "$first_safe_emulator" "$1" | sort --check=quiet --version-sort
}

# fetch_emulator: print the cache folder of the backports' QEMU.
fetch_emulator()
{
	local package version
	local -a wanted=() debs=()

	if [[ $(os_release ID) != debian ]] || ! type apt-get dpkg >/dev/null 2>&1; then
		environment_error "no Debian, hence no newer QEMU from its backports: BHT_QEMU= names one"
	fi
	private_sources backports "$(os_release VERSION_CODENAME)-backports"
	update_view backports
	for package in "${arch_qemu_packages[@]}"; do
		version=$(package_field backports "$package" Version)
		[[ -n $version ]] || environment_error "no package $package in the backports"
		wanted+=("$package=$version")
	done
	version=${wanted[0]#*=}
	emulator_is_safe "${version#*:}" ||
		environment_error "QEMU ${version#*:} in the backports is not new enough"
	package=$(download backports "${wanted[@]}") || fetch_failed "QEMU ${version#*:}"
	mapfile -t debs <<<"$package"
	cached "emulator/$arch_prefix${version/:/%3a}-r$emulator_recipe" unpack_emulator "${debs[@]}"
}

# unpack_emulator DEB... OUTDIR: and add a program that starts it with its own data.
unpack_emulator()
{
	local deb outdir=${*: -1}

	for deb in "${@:1:$#-1}"; do
		dpkg-deb -x "$deb" "$outdir"
	done
	mkdir -- "$outdir/bin"
	cat >"$outdir/bin/$arch_qemu" <<-END
		#!/bin/bash
		usr=\$(dirname -- "\$(dirname -- "\$(readlink -f -- "\$0")")")/usr
		for QEMU_MODULE_DIR in "\$usr"/lib/*-linux-gnu/qemu; do :; done
		export QEMU_MODULE_DIR
		exec -a $arch_qemu "\$usr/bin/$arch_qemu" \\
			-L "\$usr/share/qemu" -L "\$usr/share/seabios" "\$@"
	END
	chmod 755 -- "$outdir/bin/$arch_qemu"
	[[ -n $(emulator_version "$outdir/bin/$arch_qemu") ]] ||
		environment_error "the backports' QEMU does not run on this machine"
}

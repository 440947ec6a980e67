# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# keep.sh - keeps what a deterministic guest was made of in its run folder, so that
# replay.sh can run it again whatever is installed, built or deleted since: RUN/replay.
# Run folders that are beside each other share the files (hard links, by content, with the
# folder .inputs there); what no run has any more goes. Sourced by bht-vm after icount.sh.
# shellcheck disable=SC2154

readonly unused_minutes=60	# of a file that is no run's: it may be about to be

# kept FILE STORE HASH: have FILE in STORE by its hash.
keep_file()
{
	local part=$2/$3.part.$$

	[[ ! -e $2/$3 ]] || return 0
	cp --reflink=auto -- "$1" "$part" && mv -- "$part" "$2/$3"
}

# keep_emulator STORE HASH: have the program `emulator` there, its libraries, its firmware,
# and what is preloaded.
keep_emulator()
{
	local part=$1/$2.part.$$ binary library firmware

	[[ ! -e $1/$2 ]] || return 0
	binary=$(emulator_binary "$emulator")
	mkdir -p -- "$part/lib" "$part/firmware"
	cp -- "$binary" "$part/qemu"
	while read -r library; do
		cp --dereference -- "$library" "$part/lib/"
	done < <(ldd "$binary" 2>/dev/null | grep -oE '/[^ ]+')
	while read -r firmware; do
		cp --dereference --no-clobber -- "$firmware" "$part/firmware/"
	done < <(emulator_firmware)
	cp -- "$qemu_preload" "$part/main-loop.so"
	mv -T -- "$part" "$1/$2" 2>/dev/null || rm -rf -- "$part"
}

# forget_unused STORE: what no run folder links to any more.
forget_unused()
{
	local file

	while read -r file; do
		rm -rf -- "${file%/qemu}"
	done < <(find "$1" -maxdepth 2 -type f -links 1 -mmin "+$unused_minutes" \
		\( -path "$1/*/qemu" -o ! -path "$1/*/*" \))
}

# input_hash KIND RUN: print what the run's inputs say.
input_hash()
{
	sed -n "s/^$1 //p" "$2/inputs"
}

# keep_inputs RUN IMAGE INITRD: RUN/inputs has been written.
keep_inputs()
{
	local run=$1 store hash kind
	local -A files=([kernel]=$2 [initramfs]=$3 [order]=$1/.vm/order)

	store=$(dirname -- "$run")/.inputs
	mkdir -p -- "$store" "$run/replay"
	for kind in "${!files[@]}"; do
		hash=$(input_hash "$kind" "$run")
		[[ -n $hash ]] || continue
		keep_file "${files[$kind]}" "$store" "$hash"
		ln -- "$store/$hash" "$run/replay/$kind"
	done
	hash=$(input_hash qemu "$run")
	keep_emulator "$store" "$hash"
	cp --recursive --link -- "$store/$hash" "$run/replay/qemu"
	forget_unused "$store"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# guest/archive.sh - makes cpio archives of folders, and finds the shared libraries that
# programs need. Sourced by bht-initramfs after guest/sysroot.sh.
# shellcheck disable=SC2154

# work_beside FILE: make a folder beside FILE, gone when this shell ends; set `work`.
work_beside()
{
	work=$(mktemp -d -- "$1.tmp.XXXXXX")
	# shellcheck disable=SC2064 # expanded now: work is the caller's local variable
	trap "rm -rf -- '${work//\'/\'\\\'\'}'" EXIT
}

# pack DIR FILE: make a cpio archive of DIR's contents. Equal contents make equal bytes,
# because bht-farm names a run by the hash of its files.
pack()
{
	find "$1" -exec touch --no-dereference --date=@1 -- {} +
	(cd -- "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
		cpio --null --create --format=newc --quiet --owner=0:0 --reproducible) >"$2"
}

guest_root=''	# where another architecture's libraries are: see sysroot()

# libraries FILE...: print the shared libraries that programs need.
libraries()
{
	local file

	if [[ $guest_root ]]; then
		foreign_libraries "$guest_root" "$@" | sort -u
		return
	fi
	for file in "$@"; do
		ldd "$file" 2>/dev/null || true
	done | grep -oE '/[^ ]+' | sort -u
}

# add_libraries ROOT FILE...: copy them below ROOT, each where the loader looks.
add_libraries()
{
	local root=$1 library

	shift
	while read -r library; do
		install -D -m 755 -- "$library" "$root/usr/lib/$(loader_path "$library")"
	done < <(libraries "$@")
}

# loader_path LIBRARY: print where a library lives below /usr/lib. The program
# loader itself has its path written into every program, so that /lib64 is a
# link to the folder where this puts it.
loader_path()
{
	local library=${1#"$guest_root"}

	library=${library#/usr}

	case $library in
	/lib64/*) printf 'lib64/%s\n' "${library##*/}" ;;
	/lib/*) printf '%s\n' "${library#/lib/}" ;;
	*) printf 'lib64/%s\n' "${library##*/}" ;;
	esac
}

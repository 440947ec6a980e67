# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/source.sh - kernel sources: linux-source packages of any Debian suite. Sourced
# by bht-kernel after kernel/debian.sh.

# Suites that are searched for the source packages that the machine's own suite lacks.
# apt is asked which kernels they have.
readonly -a known_suites=(
	bullseye bookworm bookworm-backports trixie trixie-backports
)

# What a minimal kernel of this architecture and its kselftests never need. Half of a tree;
# its Kconfig and Makefile files all stay.
left_out()
{
	printf '%s\n' "/arch/$arch_source_globs/**.[chS]" '/arch/[!Kux]*/**.dts*' '/Documentation/*/*' \
		'/drivers/gpu/**.[ch]' '/drivers/media/**.[ch]' '/drivers/staging/**.[ch]' \
		'/drivers/net/ethernet/**.[ch]' '/drivers/net/wireless/**.[ch]' \
		'/drivers/infiniband/**.[ch]' '/sound/**.[ch]'
}

# suites_sources: (re)write the private sources.list of the view `suites`.
suites_sources()
{
	[[ $(debian_archive) ]] ||
		environment_error "versions are built from Debian's source packages, and this machine's apt lists no archive of Debian's: give KERNEL=DIRECTORY, a kernel source tree"
	private_sources suites "${known_suites[@]}"
}

# source_key SERIES VERSION: of the unpacked source in the cache.
source_key()
{
	printf 'sources/%slinux-%s_%s-r%s\n' "$arch_prefix" "$1" "${2//:/%3a}" "$debian_recipe"
}

# fetch_source SERIES [NEWEST]: print the folder of the series' source, fetched
# when it is not in the cache. A fetched version stays in use until NEWEST is set, so
# that no kernel is built anew unasked.
fetch_source()
{
	local series=$1 newest=${2-} current key view version deb

	current=$(cache_dir)/sources/${arch_prefix}current-$series || exit
	if [[ -z $newest && -s $current ]]; then
		key=$(<"$current")
		if [[ -d $(cache_dir)/$key ]]; then
			use_entry "$key"
			printf '%s\n' "$(cache_dir)/$key"
			return
		fi
	fi
	check_apt
	for view in machine suites; do
		[[ $view != suites ]] || suites_sources
		version=$(package_field "$view" "linux-source-$series" Version)
		if [[ -z $version || $newest ]]; then
			update_view "$view"
			version=$(package_field "$view" "linux-source-$series" Version)
		fi
		[[ -n $version ]] || continue
		deb=$(download "$view" "linux-source-$series=$version") ||
			fetch_failed "the source of $series"
		key=$(source_key "$series" "$version")
		say "unpacking linux-source-$series $version"
		cached "$key" unpack_whole_source "$deb" ||
			environment_error "cannot unpack $deb"
		printf '%s\n' "$key" >"$current.$$" && mv -- "$current.$$" "$current"
		return
	done
	usage_error "no source package of kernel '$series' in $(known_series)"
}

# known_series: print what a user can ask for, in words.
known_series()
{
	printf 'the suites of this machine and %s' "${known_suites[*]}"
}

# unpack_whole_source DEB OUTDIR: all of it but what is left out.
unpack_whole_source()
{
	local top
	local -a excludes

	top=$(basename -- "$1")
	top=${top%%_*}
	mapfile -t excludes < <(left_out)
	excludes=("${excludes[@]/#/--exclude=$top}")
	dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$top.tar.xz" | xz -T0 -dc |
		tar -x -C "$2" --strip-components=1 --wildcards --anchored "${excludes[@]}"
}

# available_series VIEW: print the series that VIEW has sources of.
available_series()
{
	apt_tool "$1" apt-cache pkgnames linux-source- 2>/dev/null |
		sed -nE 's/^linux-source-([0-9]+\.[0-9]+)$/\1/p'
}

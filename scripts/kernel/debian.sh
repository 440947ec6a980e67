# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/debian.sh - the distribution's packaged kernels, and the parts of their source
# that selftests are built with. They are unpacked into the cache and never installed.
# Sourced by bht-kernel after lib/apt.sh.

# Part of the cache keys. Raise it when what is unpacked changes, or how.
readonly debian_recipe=1

# The parts of a source package that building and running kselftests and
# checkpatch need; a tenth of the whole tree.
readonly -a selftests_parts=(
	Makefile Kbuild Kconfig scripts include usr arch/x86
	tools/scripts tools/build tools/include tools/arch tools/testing/selftests
)

# stock_release VIEW: print the release and version of the kernel that the
# distribution's own meta package depends on at present.
stock_release()
{
	local depends

	depends=$(package_field "$1" "linux-image-$arch_package" Depends)
	if [[ $depends =~ ^linux-image-([^ ]+)\ \(=\ ([^\)]+)\) ]]; then
		printf '%s %s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	fi
}

# stock_version VIEW RELEASE: print the package version of a stock kernel, as
# `RELEASE VERSION`, nothing when the view does not have it.
stock_version()
{
	local version

	version=$(package_field "$1" "linux-image-$2" Version)
	if [[ -n $version ]]; then
		printf '%s %s\n' "$2" "$version"
	fi
}

# stock_kernel distro|RELEASE: print path lines for one of the distribution's
# packaged kernels, fetching it first when it is not in the cache.
stock_kernel()
{
	local name=$1 view found views

	check_apt
	views=$(package_views)
	for view in $views; do
		update_view "$view"
		if [[ $name == distro ]]; then
			found=$(stock_release "$view")
		else
			found=$(stock_version "$view" "$name")
		fi
		[[ -n $found ]] || continue
		# shellcheck disable=SC2086 # RELEASE and VERSION
		if stock_entry "$view" $found; then
			[[ ! $debug_info ]] || stock_debug_info "$view" $found
			stock_lines "$name" $found
			return
		fi
	done
	if [[ -z $found ]]; then
		[[ $name == distro ]] ||
			usage_error "no packaged kernel '$name' in this machine's package lists"
		environment_error "no package linux-image-$arch_package in this machine's package lists"
	fi
	fetch_failed "the packaged kernel ${found% *}"
}

stock_key()
{
	printf 'kernels/stock-%s_%s-r%s\n' "$1" "${2//:/%3a}" "$debian_recipe"
}

# stock_entry VIEW RELEASE VERSION: bring the kernel and its selftests' sources
# into the cache; false when they cannot be downloaded.
stock_entry()
{
	local view=$1 release=$2 version=$3 root
	local series debs kernel_debs source_deb

	series=$(series_of "$release")
	root=$(cache_dir)
	use_entry "$(stock_key "$release" "$version")"
	use_entry "$(selftests_key "$series" "$version")"
	if [[ -d $root/$(stock_key "$release" "$version") &&
		-d $root/$(selftests_key "$series" "$version") ]]; then
		return 0
	fi
	debs=$(stock_download "$view" "$release" "$version") || return
	source_deb=$(tail -n 1 <<<"$debs")
	mapfile -t kernel_debs < <(head -n -1 <<<"$debs")
	say "unpacking $release"
	# Both at once, as a pipeline: unlike a background job it ends with Ctrl-C.
	# (What they print, the entries' paths, is not needed here.)
	cached "$(selftests_key "$series" "$version")" unpack_source "$source_deb" \
		"${selftests_parts[@]}" | {
		cached "$(stock_key "$release" "$version")" unpack_stock "$release" \
			"${kernel_debs[@]}" && cat
	} >/dev/null || environment_error "cannot unpack $release"
}

# stock_download VIEW RELEASE VERSION: print the paths of the image, headers and
# source packages, the source last.
stock_download()
{
	local view=$1 release=$2 version=$3 package
	local -a packages=("linux-image-$release=$version" "linux-headers-$release=$version") others=()

	while read -r package; do
		# What builds modules runs on this machine.
		if [[ $view == *@* && $package == linux-kbuild-* ]]; then
			others+=("$package=$(same_version "${view%@*}" "$package" "$version")")
		else
			packages+=("$package=$(same_version "$view" "$package" "$version")")
		fi
	done < <(package_field "$view" "linux-headers-$release=$version" Depends |
		grep -oE 'linux-(headers|kbuild)-[^ ,]+')
	package=linux-source-$(series_of "$release")
	packages+=("$package=$(same_version "$view" "$package" "$version")")
	if ((${#others[@]})); then
		download "${view%@*}" "${others[@]}" || return
	fi
	download "$view" "${packages[@]}"
}

# same_version VIEW PACKAGE VERSION: print VERSION when the package has it, else
# its candidate.
same_version()
{
	if [[ -n $(package_field "$1" "$2=$3" Version) ]]; then
		printf '%s\n' "$3"
	else
		package_field "$1" "$2" Version
	fi
}

# series_of RELEASE: print 6.1 for 6.1.0-56-arm64.
series_of()
{
	[[ $1 =~ ^([0-9]+\.[0-9]+) ]] && printf '%s\n' "${BASH_REMATCH[1]}"
}

selftests_key()
{
	printf 'sources/selftests-%s_%s-r%s\n' "$1" "${2//:/%3a}" "$debian_recipe"
}

# unpack_source DEB [PART...] OUTDIR: unpack the tree, or parts, of a
# linux-source package so that OUTDIR is the top of the kernel source.
unpack_source()
{
	local deb=$1 outdir=${*: -1} top tarball
	local -a parts=("${@:2:$#-2}")

	top=$(basename -- "$deb")
	top=${top%%_*}
	tarball=./usr/src/$top.tar.xz
	parts=("${parts[@]/#/$top/}")
	((${#parts[@]})) || parts=("$top")
	# Old packages lack some parts; unpack_source's callers name what they need.
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "$tarball" |
		xz -T0 -dc | tar -x -C "$outdir" --strip-components=1 "${parts[@]}"
}

# unpack_stock RELEASE DEB... OUTDIR: unpack the packages side by side.
unpack_stock()
{
	local release=$1 outdir=${*: -1} deb

	for deb in "${@:2:$#-2}"; do
		dpkg-deb -x "$deb" "$outdir"
	done
	rm -rf -- "${outdir:?}/usr/share"
	relative_include "$outdir/usr/src/linux-headers-$release/Makefile"
	depmod -b "$(modules_base "$outdir")" "$release"
}

# relative_include MAKEFILE: that of unpacked headers includes another package's by its
# absolute path. Let it find that from its own place instead, so that neither an installation
# nor a fixed cache folder is needed.
relative_include()
{
	# shellcheck disable=SC2016 # make's variables
	sed -i 's,^include /usr/src/,include $(dir $(lastword $(MAKEFILE_LIST)))../,' "$1"
	if grep -q '^include /' "$1"; then
		fail "$EXIT_ENVIRONMENT" "unexpected include in $1"
	fi
}

# modules_base ROOT: print the folder above lib/modules (merged /usr or not).
modules_base()
{
	if [[ -d $1/usr/lib/modules ]]; then
		printf '%s\n' "$1/usr"
	else
		printf '%s\n' "$1"
	fi
}

# stock_lines NAME RELEASE VERSION: the output of `path`.
stock_lines()
{
	local root cache

	cache=$(cache_dir)
	root=$cache/$(stock_key "$2" "$3")
	cat <<-END
	ident=$1
	release=$2
	version=$3
	image=$root/boot/vmlinuz-$2
	build=$root/usr/src/linux-headers-$2
	modules=$(modules_base "$root")/lib/modules/$2
	source=$cache/$(selftests_key "$(series_of "$2")" "$3")
	kselftest=$cache/$(selftests_key "$(series_of "$2")" "$3")
	END
	debug_lines "$cache/$(debug_key "$2" "$3")/vmlinux" \
		"$cache/$(selftests_key "$(series_of "$2")" "$3")" "$cache/$(debug_key "$2" "$3")"
}

debug_key()
{
	printf 'kernels/debug-%s_%s-r%s\n' "$1" "${2//:/%3a}" "$debian_recipe"
}

# stock_debug_info VIEW RELEASE VERSION: the -dbg package is several times as large as all
# the rest, and is fetched only when it was asked for.
stock_debug_info()
{
	local view=$1 release=$2 version=$3 deb key

	key=$(debug_key "$release" "$version")
	use_entry "$key"
	[[ ! -d $(cache_dir)/$key ]] || return 0
	deb=$(download "$view" "linux-image-$release-dbg=$version") ||
		fetch_failed "the debug information of $release (linux-image-$release-dbg)"
	say "unpacking the debug information of $release"
	cached "$key" unpack_debug_info "$release" "$deb" >/dev/null ||
		environment_error "cannot unpack the debug information of $release"
	# Nothing else is in it.
	rm -f -- "$deb"
}

# unpack_debug_info RELEASE DEB OUTDIR: the kernel itself, and the modules that tests use.
unpack_debug_info()
{
	local top=./usr/lib/debug

	dpkg-deb --fsys-tarfile "$2" | tar -x -C "$3" --wildcards --strip-components=4 \
		"$top/boot/vmlinux-$1" "$top/lib/modules/$1/kernel/fs/*" "$top/lib/modules/$1/kernel/drivers/block/*" \
		"$top/lib/modules/$1/kernel/drivers/md/*"
	mv -- "$3/boot/vmlinux-$1" "$3/vmlinux"
}

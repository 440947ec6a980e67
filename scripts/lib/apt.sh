# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/apt.sh - Debian packages: apt downloads and verifies them, the cache keeps them.
# Nothing is installed, and the machine's own apt sources do not change. Sourced after
# lib/base.sh and lib/progress.sh.
#
# A package comes from one of several views of the archive:
#   machine  the machine's own sources and lists, as apt-get sees them
#   fresh    the machine's own sources, lists of ours: for lists that are
#            missing or too old to download from; needs no root
#   others   the same archive, other suites (private_sources)
#   NAME@ARCH  the machine's own suites, for another architecture (foreign_sources). Those of
#            NAME `fresh` are fetched again when they are older than ten minutes.

# shellcheck source=scripts/lib/arch.sh disable=SC2154
source "$bht_top/scripts/lib/arch.sh"

# apt_tool VIEW PROGRAM [ARG...]: run apt-get or apt-cache on one of the views.
apt_tool()
{
	local view=$1 program=$2 dir
	local -a options=(-q -o Acquire::Retries=2 -o Acquire::http::Timeout=60
		-o Acquire::Languages=none)

	shift 2
	# Containers tell apt to keep nothing: then each question takes a second, for it reads all
	# lists. Their index is kept with ours, and made again when a list has changed.
	dir=$(apt_state_dir "$view") || return
	options+=(-o "Dir::Cache::pkgcache=$dir/cache/pkgcache.bin" -o Dir::Cache::srcpkgcache=)
	# The sandbox user may not be able to reach the cache; apt warns, uselessly.
	((EUID != 0)) || options+=(-o APT::Sandbox::User=root)
	case $view in
	machine) ;;
	*@*)
		[[ -e $dir/status ]] || : >"$dir/status"
		options+=(-o "APT::Architecture=${view#*@}" -o "APT::Architectures::=${view#*@}"
			-o "Dir::State::status=$dir/status" -o "Dir::State::lists=$dir/lists"
			-o "Dir::Cache=$dir/cache" -o "Dir::Etc::sourcelist=$dir/sources.list"
			-o Dir::Etc::sourceparts=/dev/null) ;;
	fresh)
		options+=(-o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache") ;;
	*)
		options+=(-o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache"
			-o "Dir::Etc::sourcelist=$dir/sources.list"
			-o Dir::Etc::sourceparts=/dev/null
			-o Acquire::Check-Valid-Until=false) ;;
	esac
	LC_ALL=C.UTF-8 "$program" "${options[@]}" "$@" </dev/null
}

# apt_state_dir VIEW: print the folder of our own lists for VIEW.
apt_state_dir()
{
	local dir

	dir=$(cache_dir)/apt/${1#*@} || return
	mkdir -p -- "$dir/lists/partial" "$dir/cache/archives/partial" || return
	printf '%s\n' "$dir"
}

# debian_archive: print the address of Debian's main archive that this machine uses. The
# sources may say `stable`: the codename is the archive's own. On testing and sid it is not
# what the system calls itself. Ubuntu's archive has other suites.
debian_archive()
{
	local release

	release=$(os_release VERSION_CODENAME)
	[[ $(os_release ID) == debian ]] || release=''
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(COMPONENT) $(REPO_URI) $(CODENAME) $(ORIGIN)' 'Created-By: Packages' |
		awk -v release="${release:--}" '
			$1 != "main" || $3 ~ /-/ { next }
			$3 == release { found = $2; exit }
			$4 == "Debian" && !found { found = $2 }
			END { if (found) print found }'
}

# private_sources VIEW SUITE...: (re)write the sources.list of a view of other suites.
# The archive's address is the one that the machine's own apt uses.
private_sources()
{
	local view=$1 dir uri suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	shift
	uri=$(debian_archive)
	[[ -n $uri ]] ||
		environment_error "this machine's apt sources do not list Debian's main archive"
	dir=$(apt_state_dir "$view") || exit
	for suite in "$@"; do
		printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$uri" "$suite"
	done >"$dir/sources.list.$$"
	mv -- "$dir/sources.list.$$" "$dir/sources.list"
}

# foreign_sources VIEW: (re)write the sources.list of a view of another architecture.
foreign_sources()
{
	local dir keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	dir=$(apt_state_dir "$1") || exit
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk -v keyring="$keyring" '$1 == "Debian" && $2 == "main" {
			print "deb [signed-by=" keyring "] " $3 " " $4 " main" }' | sort -u >"$dir/sources.list.$$"
	[[ -s $dir/sources.list.$$ ]] ||
		environment_error "this machine's apt sources do not list Debian's main archive"
	mv -- "$dir/sources.list.$$" "$dir/sources.list"
}

# lists_only FOLDER: write a configuration for apt into FOLDER and print its path: fetch
# the lists of packages and sources, and nothing else that apt-file, appstream or
# command-not-found have configured on this machine; run nothing of theirs afterwards.
lists_only()
{
	local conf=$1/apt.conf.$BASHPID

	{
		apt-config dump Acquire::IndexTargets |
			sed -nE 's/^(Acquire::IndexTargets::deb(-src)?::[^: ]+) .*/\1/p' | sort -u |
			grep -vE '::(Packages|Sources)$' | sed 's/$/::DefaultEnabled "false";/' || true
		printf '#clear APT::Update::%s;\n' Pre-Invoke Post-Invoke Post-Invoke-Success
	} >"$conf" && mv -- "$conf" "$1/apt.conf" && printf '%s\n' "$1/apt.conf"
}

# apt_complaints LOG: print what apt said last of its errors, or its last words.
apt_complaints()
{
	grep -E '^(E|Err|W):?' -- "$1" 2>/dev/null | tail -n 3 | grep . || tail -n 3 -- "$1"
}

# update_view VIEW: fetch its package lists, unless that was done lately by a
# run that we waited for.
update_view()
{
	local view=$1 dir log conf

	[[ $view != machine ]] || return 0
	dir=$(apt_state_dir "$view") || return
	if [[ $view == *@* ]]; then
		[[ $view != machine@* || ! -e $dir/updated ]] || return 0
		foreign_sources "$view"
	fi
	log=$dir/update.log
	(
		exec 9>"$dir/lock" && flock 9 || exit
		[[ -z $(find "$dir/updated" -mmin -10 2>/dev/null) ]] || exit 0
		say "fetching package lists ($view)"
		conf=$(lists_only "$dir") || exit
		apt_tool "$view" apt-get -c "$conf" -o APT::Update::Error-Mode=any update \
			>"$log" 2>&1 9>&- || exit
		touch -- "$dir/updated"
	) || {
		apt_complaints "$log" >&2
		environment_error "cannot fetch the package lists ($view); see $log"
	}
}

# package_field VIEW PACKAGE[=VERSION] FIELD: print the field of the candidate,
# nothing when the package is unknown.
package_field()
{
	# apt-cache fails on unknown packages.
	{ apt_tool "$1" apt-cache show --no-all-versions "$2" 2>/dev/null || true; } |
		sed -n "/^$/q; s/^$3: //p"
}

# check_apt: packages can be fetched here.
check_apt()
{
	type dpkg apt-get >/dev/null 2>&1 ||
		environment_error "no apt on this system: packaged kernels cannot be fetched, name a source or build tree"
}

# package_views: print the views that have packages of the chosen architecture.
package_views()
{
	if [[ $(dpkg --print-architecture) == "$arch_package" ]]; then
		printf 'machine\nfresh\n'
	else
		printf '%s\n' "machine@$arch_package" "fresh@$arch_package"
	fi
}

# download VIEW PACKAGE=VERSION...: fetch packages; print their paths, in order.
# An interrupted download is resumed by the next run; apt verifies the whole.
download()
{
	local view=$1 package dir size status=0 architecture
	local -a wanted=()

	shift
	architecture=${view#*@}
	[[ $view == *@* ]] || architecture=$(dpkg --print-architecture) || return
	dir=$(cache_dir)/debs || return
	mkdir -p -- "$dir/partial" || return
	(
		exec 9>"$dir/lock" && flock 9 || exit
		for package in "$@"; do
			[[ -n $(deb_path "$dir" "$package" "$architecture") ]] || wanted+=("$package")
		done
		((${#wanted[@]})) || exit 0
		if ((${#wanted[@]} > 8)); then
			say "downloading ${#wanted[@]} packages"
		else
			say "downloading ${wanted[*]}"
		fi
		cd -- "$dir/partial" || exit
		size=$(apt_tool "$view" apt-get download --print-uris "${wanted[@]}" 2>/dev/null |
			awk '{ sum += $3 } END { printf "%d", sum / 1024 }') || exit
		begin_progress download_progress "$dir/partial" "$size"
		apt_tool "$view" apt-get download "${wanted[@]}" >"$dir/download.log" 2>&1 9>&- || status=$?
		end_progress
		((!status)) || exit
		for package in "${wanted[@]}"; do
			mv -- "$(deb_path . "$package" "$architecture")" "$dir/" || exit
		done
	) || return
	for package in "$@"; do
		deb_path "$dir" "$package" "$architecture" || return
	done
}

# deb_path DIR PACKAGE=VERSION ARCHITECTURE: print the file that apt-get download makes of it.
deb_path()
{
	local version=${2#*=} architecture

	for architecture in "$3" all; do
		compgen -G "$1/${2%%=*}_${version/:/%3a}_$architecture.deb" || continue
		return 0
	done
}

# fetch_failed WHAT: the end of every failed download.
fetch_failed()
{
	local log

	log=$(cache_dir)/debs/download.log
	apt_complaints "$log" >&2
	environment_error "cannot fetch $1: is the package archive reachable? (see $log)"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/base.sh - the small vocabulary that every script of the suite shares: exit
# codes, messages, the cache folder, publishing finished things atomically.
# Sourced, never run; the sourcing script sets -euo pipefail itself.

# Exit codes, the same for every command: scripts/README.md has the table.
EXIT_PASS=0
EXIT_FAIL=1		# a test failed or was inconclusive
EXIT_USAGE=2		# bad option or value, nothing was started
EXIT_ENVIRONMENT=3	# a tool, package, kernel or disk space is missing
EXIT_SKIP=4		# kselftest's KSFT_SKIP
EXIT_TIME_LIMIT=124	# as timeout(1)
# shellcheck disable=SC2034 # used by the scripts that source this file
readonly EXIT_PASS EXIT_FAIL EXIT_USAGE EXIT_ENVIRONMENT EXIT_SKIP EXIT_TIME_LIMIT

bht_top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
readonly bht_top

# home_dir: print the user's home folder. Containers and services may have no HOME.
home_dir()
{
	local user_home=${HOME-}

	[[ $user_home == /* ]] || user_home=$(getent passwd "$EUID" | cut -d : -f 6)
	printf '%s\n' "${user_home:-/nonexistent}"
}

# build_dir: print where runs, builds and results go: BHT_BUILD, else build/ in the checkout,
# else, when that cannot be written, a folder of the user's state for this checkout.
build_dir()
{
	if [[ ${BHT_BUILD-} ]]; then
		realpath -m -- "$BHT_BUILD"
	elif [[ -w $bht_top/build || ! -e $bht_top/build && -w $bht_top ]]; then
		printf '%s/build\n' "$bht_top"
	else
		xdg_dir "${XDG_STATE_HOME-}" .local/state "build-$(cksum <<<"$bht_top" | cut -d ' ' -f 1)"
	fi
}

# xdg_dir VALUE DEFAULT [NAME]: print our folder below one of the user's. A path that is not
# absolute is ignored, as the XDG Base Directory Specification says.
xdg_dir()
{
	local xdg_folder=$1	# a caller's own `base` may be readonly

	[[ $xdg_folder == /* ]] || xdg_folder=$(home_dir)/$2
	printf '%s/bhtorture%s\n' "$xdg_folder" "${3:+/$3}"
}

bht_build=$(build_dir)
# shellcheck disable=SC2034 # used by the scripts that source this file
readonly bht_build

# An ordinary user's PATH lacks what modules need: modprobe, depmod.
PATH=$PATH:/usr/sbin:/sbin

# os_release NAME: print what this machine's distribution says of itself: ID, ID_LIKE ...
os_release()
{
	sed -nE "s/^$1=[\"']?([^\"']*)[\"']?\$/\1/p" "${BHT_OS_RELEASE:-${BHT_SYSTEM_ROOT-}/etc/os-release}" 2>/dev/null || true
}

# say TEXT...: one progress line for people; stdout belongs to KTAP and data.
say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# fail CODE TEXT...: one clear line, then exit CODE.
fail()
{
	local code=$1

	shift
	say "$*"
	exit "$code"
}

usage_error()
{
	fail "$EXIT_USAGE" "$@"
}

environment_error()
{
	fail "$EXIT_ENVIRONMENT" "$@"
}

# cache_dir: print the cache folder; make it when it is missing. An entry's name is
# made of what went into the entry. It may be deleted when no run uses it.
cache_dir()
{
	local dir

	dir=$(xdg_dir "${XDG_CACHE_HOME-}" .cache)
	mkdir -p -- "$dir" 2>/dev/null ||
		environment_error "cannot make the cache folder $dir: set XDG_CACHE_HOME to a folder that can be written"
	printf '%s\n' "$dir"
}

# check_path PATH ADVICE: make can read its name.
check_path()
{
	[[ $1 != *[[:space:]:]* ]] ||
		environment_error "the kernel's makefiles cannot work in '$1': a space or colon in the path: $2"
}

# check_build_paths: make can build what is in the checkout.
check_build_paths()
{
	check_path "$bht_top" "move the checkout"
	check_path "$bht_build" "set BHT_BUILD to another folder"
}

# in_strict_shell COMMAND [ARG...]: run COMMAND, usually a function, in a fresh
# shell that knows the caller's functions and lower-case variables. Bash ignores
# errexit in everything below `if`, `||` and $(...): a function that is called there
# goes on after a failed command. In the fresh shell it stops.
in_strict_shell()
{
	local names

	names=$(compgen -v | grep -xE '[a-z][a-z0-9_]*|EXIT_[A-Z_]*') || return
	# shellcheck disable=SC2086 # the names are words on purpose
	"$BASH" -c 'source /dev/fd/8; exec 8<&-; set -euo pipefail; "$@"' "$0" "$@" 8<<-END
		$(declare -p $names 2>/dev/null)
		$(declare -f)
	END
}

# cached KEY PRODUCER [ARG...]: print the path of cache entry KEY. When it is
# missing, PRODUCER ARG... OUTDIR fills an empty OUTDIR beside it. OUTDIR is then
# renamed into place, so that no half-written entry is taken for a whole one. The
# producer runs under a lock: two runs at once get the same entry. The next run that
# makes the entry removes what a killed run left behind.
cached()
{
	local key=$1 dir entry

	shift
	dir=$(cache_dir) || return
	entry=$dir/$key
	use_entry "$key"
	if [[ ! -e $entry ]]; then
		mkdir -p -- "$(dirname -- "$entry")" || return
		(publish_under_lock "$entry" "$@" >&2) || return
	fi
	printf '%s\n' "$entry"
}

# The command that a user started, for all commands that it calls: a process by its number
# and when it began.
BHT_CACHE_USER=${BHT_CACHE_USER:-$(sed -E 's/^([0-9]+) .*\) (\S+ ){19}([0-9]+) .*/\1-\3/' "/proc/$$/stat")}
export BHT_CACHE_USER

# use_entry KEY: from now on, and until the user's command ends, lib/limit.sh lets this entry
# be.
use_entry()
{
	local users

	users=$(cache_dir)/users || return
	mkdir -p -- "$users"
	(
		exec 9>"$users/.lock" && flock 9 || exit
		[[ -e $users/$BHT_CACHE_USER ]] || forget_users "$users"
		printf '%s\n' "$1" >>"$users/$BHT_CACHE_USER"
	)
	[[ ! -e ${users%/users}/$1 ]] || touch -- "${users%/users}/$1.lock"
}

# forget_users FOLDER: those whose command has ended.
forget_users()
{
	local file

	for file in "$1"/[0-9]*; do
		cache_user_is_there "${file##*/}" || rm -f -- "$file"
	done
}

# cache_user_is_there USER: of BHT_CACHE_USER.
cache_user_is_there()
{
	grep -qsE "^${1%-*} .*\) [^Z] ([^ ]+ ){18}${1#*-} " "/proc/${1%-*}/stat"
}

# publish_under_lock ENTRY PRODUCER [ARG...]: the slow half of cached(), run in
# a subshell of its own so that its lock and its trap end with it.
publish_under_lock()
{
	local entry=$1 work

	shift
	exec 9>"$entry.lock" || return
	flock 9 || return
	if [[ -e $entry ]]; then
		return 0
	fi
	rm -rf -- "$entry".tmp.*
	work=$(mktemp -d -- "$entry.tmp.XXXXXX") || return
	# shellcheck disable=SC2064 # expanded now: work is a local variable
	trap "rm -rf -- '${work//\'/\'\\\'\'}'" EXIT
	in_strict_shell "$@" "$work" 9>&- || return
	chmod 755 -- "$work" && mv -T -- "$work" "$entry"
}

# is_integer VALUE MIN MAX: true for a decimal integer in [MIN, MAX].
is_integer()
{
	[[ $1 =~ ^[0-9]{1,10}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3))
}

# free_mib FOLDER: print the free space of the file system that it is on.
free_mib()
{
	df --output=avail --block-size=1M -- "$1" | tail -n 1 | tr -d ' '
}

# check_room FOLDER MEMORY_MIB: stop here when a guest with so much memory and a
# run folder below FOLDER, which may not exist yet, has no room on this machine.
check_room()
{
	local folder=$1 free available needed=64

	while [[ ! -e $folder ]]; do
		folder=$(dirname -- "$folder")
	done
	[[ -d $folder && -w $folder ]] ||
		environment_error "cannot make run folders in $1"
	free=$(free_mib "$folder")
	((free >= needed)) ||
		environment_error "only $free MB free at $folder, a run needs $needed"
	available=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
	((available >= $2)) ||
		environment_error "the guest is to have $2 MB of memory, this machine has only $available MB left"
}

# new_run_folder RUNS_DIR: make a run folder, print its path, let `latest` point
# at it.
new_run_folder()
{
	local runs=$1 id name

	name=$(date +%Y%m%d-%H%M%S)
	id=$name
	mkdir -p -- "$runs" || environment_error "cannot make the runs folder $runs"
	while ! mkdir -- "$runs/$id" 2>/dev/null; do
		[[ -e $runs/$id ]] || environment_error "cannot make a run folder in $runs"
		id=$name-$RANDOM
	done
	ln -sfn -- "$id" "$runs/.latest.$$" && mv -T -- "$runs/.latest.$$" "$runs/latest"
	printf '%s\n' "$runs/$id"
}

# run_limit TESTS SECONDS SOAK_S: print how many seconds a run may take. It boots and
# runs so many test programs. Each has preparations and up to ten variants. A variant
# takes SECONDS, or three times as long on a busy machine. A soak takes SOAK_S, and then
# finishes the test that is running.
run_limit()
{
	local boot=180 preparations=150 variants=30 count=$1

	((!$3)) || count=1
	printf '%d\n' $((boot + $3 + count * (preparations + variants * $2)))
}

# aligned LEFT: print tab-separated lines as a table; the columns whose numbers are in
# LEFT are flush left, the others right. A line without a tab ends the table and is
# printed as it is.
aligned()
{
	awk -F '\t' -v left=" $1 " '
		function print_table(row, i, line) {
			for (row = 1; row <= rows; row++) {
				line = ""
				for (i = 1; i <= columns; i++)
					line = line sprintf(index(left, " " i " ") ? "%-" width[i] "s  " : "%" width[i] "s  ", cell[row, i])
				sub(/ +$/, "", line)
				print line
			}
			rows = 0
		}
		NF < 2 { print_table(); print; next }
		{
			rows++
			columns = NF
			for (i = 1; i <= NF; i++) {
				cell[rows, i] = $i
				if (length($i) > width[i])
					width[i] = length($i)
			}
		}
		END { print_table() }'
}

# children_cpu PID: CPU seconds of its ended children: cutime and cstime.
children_cpu()
{
	awk -v tick="$(getconf CLK_TCK)" \
		'{ sub(/.*\) /, ""); printf "%.2f\n", ($14 + $15) / tick }' "/proc/$1/stat"
}

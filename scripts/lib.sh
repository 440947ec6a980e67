# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib.sh - the small vocabulary that every script of the suite shares: exit
# codes, messages, the cache folder, publishing finished things atomically.
# Sourced, never run; the sourcing script sets -euo pipefail itself.

# Exit codes, the same for every script and documented in the README.
EXIT_PASS=0
EXIT_FAIL=1		# a test failed or was inconclusive
EXIT_USAGE=2		# bad option or value, nothing was started
EXIT_ENVIRONMENT=3	# a tool, package, kernel or disk space is missing
EXIT_SKIP=4		# kselftest's KSFT_SKIP
EXIT_TIME_LIMIT=124	# as timeout(1)
# shellcheck disable=SC2034 # used by the scripts that source this file
readonly EXIT_PASS EXIT_FAIL EXIT_USAGE EXIT_ENVIRONMENT EXIT_SKIP EXIT_TIME_LIMIT

bht_top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
readonly bht_top

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

# cache_dir: print the cache folder (made when missing). Everything in it is
# keyed by what went into it and may be deleted at any time.
cache_dir()
{
	local dir=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/bhtorture

	mkdir -p -- "$dir" ||
		environment_error "cannot make the cache folder $dir"
	printf '%s\n' "$dir"
}

# cached KEY PRODUCER [ARG...]: print the path of cache entry KEY. When it is
# missing, PRODUCER ARG... OUTDIR fills an empty OUTDIR beside it, which is then
# renamed into place: nothing half-written is ever taken for whole, and two runs
# at once agree on one result because the producer runs under a lock.
cached()
{
	local key=$1 dir entry work

	shift
	dir=$(cache_dir)
	entry=$dir/$key
	if [[ -e $entry ]]; then
		printf '%s\n' "$entry"
		return 0
	fi
	mkdir -p -- "$(dirname -- "$entry")"
	(
		exec 9>"$entry.lock"
		flock 9
		if [[ ! -e $entry ]]; then
			work=$(mktemp -d -- "$entry.tmp.XXXXXX")
			trap 'rm -rf -- "$work"' EXIT
			"$@" "$work" >&2
			chmod 755 -- "$work"
			mv -T -- "$work" "$entry"
		fi
	) || return
	printf '%s\n' "$entry"
}

# is_integer VALUE MIN MAX: true for a decimal integer in [MIN, MAX].
is_integer()
{
	[[ $1 =~ ^[0-9]{1,9}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3))
}

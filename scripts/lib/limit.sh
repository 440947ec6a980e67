# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/limit.sh - keeps the cache below BHT_CACHE_LIMIT: what was used longest ago goes
# first. What a run uses stays: use_entry() in lib/base.sh tells which that is. What a run
# folder has of the cache are hard links, which stay when the cache's own name goes. Sourced
# by bht-kernel and bht-run.

readonly young_minutes=60	# a download may be about to be unpacked

# check_cache_limit: refuse a value that is none.
check_cache_limit()
{
	[[ -z ${BHT_CACHE_LIMIT-} || $BHT_CACHE_LIMIT =~ ^[1-9][0-9]{0,6}[MGT]$ ]] ||
		usage_error "bad BHT_CACHE_LIMIT '$BHT_CACHE_LIMIT': allowed is a number with M, G or T (20G)"
}

# cache_entries CACHE: print `SECONDS KEY` of each entry: when it was used last, and its
# name below CACHE.
cache_entries()
{
	local cache=$1 entry

	for entry in "$cache"/{kernels,trees,vmlinux,initramfs,sources,emulator,places,symbols,sysroots,plugins}/*/; do
		entry=${entry%/}
		[[ -d $entry && $entry != *.tmp.* ]] || continue
		printf '%s %s\n' "$(stat --format=%Y -- "$entry" "$entry.lock" "$entry/lock" 2>/dev/null |
			sort -n | tail -n 1)" "${entry#"$cache"/}"
	done
	{ find "$cache/debs/" -maxdepth 1 -name '*.deb' -cmin "+$young_minutes" -printf '%C@ debs/%f\n' 2>/dev/null || true; } |
		sed 's/\.[0-9]*//'
}

# limit_cache: remove what is too much. Sizes are asked for at once, what was used last
# first: du counts a hard link once, so that each entry has the size of what goes with it.
limit_cache()
{
	local cache limit

	[[ ${BHT_CACHE_LIMIT-} ]] || return 0
	cache=$(cache_dir)
	limit=$(($(numfmt --from=iec "$BHT_CACHE_LIMIT") >> 10))
	exec 6>"$cache/limit.lock"
	flock 6
	{
		printf '%s\0' apt tsc-khz main-loop
		cache_entries "$cache" | sort -rn | cut -d ' ' -f 2- | tr '\n' '\0'
	} | { cd -- "$cache" && { du -sk --files0-from=- 2>/dev/null || true; }; } |
		grep / | tac |
		remove_entries "$cache" $(($(du -sk -- "$cache" | cut -f 1) - limit)) 6>&-
	exec 6>&-
}

# remove_entries CACHE KIB: of the lines `KIB KEY` on stdin, the first ones, until so much
# is free.
remove_entries()
{
	local cache=$1 too_much=$2 size key

	while ((too_much > 0)) && IFS=$'\t' read -r size key; do
		set_aside "$cache" "$key" || continue
		say "removed from the cache: $key ($((size >> 10)) MB; BHT_CACHE_LIMIT=$BHT_CACHE_LIMIT)"
		rm -rf -- "$cache/$key".tmp.removed
		too_much=$((too_much - size))
	done
}

# set_aside CACHE KEY: nobody uses it or is about to make it, and nobody can from now on.
set_aside()
{
	local cache=$1 key=$2 lock=$1/$2.lock

	case $key in
	debs/*) lock=$cache/debs/lock ;;
	trees/*) lock=$cache/$key/lock ;;
	esac
	mkdir -p -- "$cache/users"
	(
		exec 9>"$cache/users/.lock" 8>>"$lock" || exit
		flock 9 || exit
		flock --nonblock 8 || exit
		forget_users "$cache/users"
		! grep -qsxF -- "$key" "$cache"/users/[0-9]* || exit
		mv -T -- "$cache/$key" "$cache/$key.tmp.removed"
	)
}

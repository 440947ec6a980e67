# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/watch-tool.sh - builds traces/watch. Sourced after lib/base.sh.
# shellcheck disable=SC2154 # bht_top and bht_build are lib/base.sh's

# watch_tool: print the path of bht-watch, built when it is older than its source. The
# build needs the group `watch` of bht-setup.
watch_tool()
{
	local dir=$bht_build/traces log

	mkdir -p -- "$dir"
	log=$dir/watch.log
	(
		unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
		flock 9
		make -s -C "$bht_top/traces" OUTPUT="$dir" "$dir/bht-watch" >"$log" 2>&1 9>&-
	) 9>"$dir/watch.lock" || {
		grep -m 5 -E 'error|cannot|No such|not found' "$log" >&2 || true
		environment_error "traces/watch does not build, see $log"
	}
	printf '%s\n' "$dir/bht-watch"
}

# uses_watch MODE COMMAND: does a guest need it?
uses_watch()
{
	[[ $1 == bench || $2 == *bht-watch* ]]
}

# watch_archive DIR: pack it for a guest, into DIR/watch.cpio.
watch_archive()
{
	local tool

	tool=$(watch_tool) || exit
	"$bht_top/scripts/bht-initramfs" programs --output "$1/watch.cpio" "$tool"
}

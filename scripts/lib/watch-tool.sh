# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/watch-tool.sh - builds traces/watch. Sourced after lib/base.sh.
# shellcheck disable=SC2154 # bht_top is lib/base.sh's

# shellcheck source=scripts/lib/traces-tool.sh
source "$bht_top/scripts/lib/traces-tool.sh"

# watch_tool: print the path of bht-watch, built when it is older than its source. The
# build needs the group `watch` of bht-setup.
watch_tool()
{
	traces_tool watch watch
}

# is_watch_needed MODE COMMAND: does a guest need it?
is_watch_needed()
{
	! is_foreign || return 1	# bench goes without, and a command does not find it
	[[ $1 == bench || $2 == *bht-watch* ]]
}

# watch_archive DIR: pack it for a guest, into DIR/watch.cpio.
watch_archive()
{
	local tool

	tool=$(watch_tool) || exit
	"$bht_top/scripts/bht-initramfs" programs --output "$1/watch.cpio" "$tool"
}

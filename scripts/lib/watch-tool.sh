# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/watch-tool.sh - builds traces/watch, for this machine or for a guest. Sourced after
# lib/base.sh; what is of guests takes lib/arch.sh, too.
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
	[[ $1 == bench || $2 == *bht-watch* ]]
}

# guest_watch_tool: the same for the guest's architecture.
guest_watch_tool()
{
	local root log

	# shellcheck disable=SC2310 # a question
	is_foreign || { watch_tool; return; }
	root=$("$bht_top/scripts/bht-initramfs" sysroot bht-watch) || exit
	log=$(guest_traces)/watch.log
	mkdir -p -- "${log%/*}"
	(
		flock 9
		make_guest_traces "$root" bht-watch >"$log" 2>&1 9>&-
	) 9>"$log.lock" || environment_error "traces/watch does not build, see $log"
	printf '%s/bht-watch\n' "${log%/*}"
}

# watch_archive DIR: pack it for a guest, into DIR/watch.cpio.
watch_archive()
{
	local tool

	tool=$(guest_watch_tool) || exit
	"$bht_top/scripts/bht-initramfs" programs --output "$1/watch.cpio" "$tool"
}

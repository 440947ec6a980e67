# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/report-tool.sh - builds traces/bht-report. Sourced after lib/base.sh.
# shellcheck disable=SC2154 # bht_top and bht_build are lib/base.sh's

# report_tool: print the path of the program, built when it is older than its source.
# The build needs the group `report` of bht-setup.
report_tool()
{
	local dir=$bht_build/traces log

	mkdir -p -- "$dir"
	log=$dir/report.log
	(
		unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
		flock 9
		make -s -C "$bht_top/traces" OUTPUT="$dir" "$dir/bht-report" >"$log" 2>&1 9>&-
	) 9>"$dir/report.lock" || {
		grep -m 5 -E 'error|cannot|No such' "$log" >&2 || true
		environment_error "traces/bht-report does not build, see $log"
	}
	printf '%s\n' "$dir/bht-report"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/report-tool.sh - builds traces/bht-report. Sourced after lib/base.sh.
# shellcheck disable=SC2154 # bht_top is lib/base.sh's

# shellcheck source=scripts/lib/traces-tool.sh
source "$bht_top/scripts/lib/traces-tool.sh"

# report_tool: print the path of the program, built when it is older than its source.
# The build needs the group `report` of bht-setup.
report_tool()
{
	traces_tool report bht-report
}

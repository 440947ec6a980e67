# SPDX-License-Identifier: GPL-2.0
#
# result/console.jq - the kernel's complaints of a result.json as a test of their own, as
# they are in the summary. For junit.jq and kcidb.jq.

def console:
	{name: "console", seconds: 0,
	 result: (if .console.problems == [] then "pass" else "fail" end),
	 first_violation: {oracle: "kernel"},
	 reason: ([.console.problems[:10][].text] | join("; "))};

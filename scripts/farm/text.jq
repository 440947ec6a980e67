# SPDX-License-Identifier: GPL-2.0
#
# text.jq - of farm.json, the table in tab-separated lines, then the findings, which
# have no tab.

def number: if . == null then "-" else tostring end;
def rounded: if . == null then "-" elif . >= 0.1 then "\(. * 100 | round / 100)"
	else . as $x | (log10 | floor) as $e | "\($x / pow(10; $e) * 10 | round / 10)e\($e)" end;
def first_of: if . then
	"\(.fastest.oracle), \(.fastest.ms) ms, \(.fastest.migrations) migrations; median \(.median_ms) ms, \(.median_migrations)"
	else "-" end;
def which: "shard \(.shard), \(.kernel)\(if .strategy == "kernel" then "" else " \(.strategy)" end)";

["kernel", "test", "verdict", "ended", "migrations", "exposures", "bound", "violations", "first violation"],
(.tests[] | [.kernel + (if .strategy == "kernel" then "" else " (\(.strategy))" end), .test, .verdict,
	"\(.ended)/\(.shards)", (.migrations | number), (.exposures | number),
	(.bound_per_exposure | rounded), ([.violations[]] | add // 0 | number), (.first_violation | first_of)]),
(.violations[] | ["violation: \(which), \(.test) seed \(.seed): \(.oracle)"
	+ (if .ms != null then " after \(.ms) ms and \(.migrations) migrations" else ": \(.reason)" end)],
	["    \(.command)"]),
(.trouble[] | ["\(.verdict): \(which), \(.test) seed \(.seed): \(.reason)"], ["    \(.command)"]),
(.lost[] | ["\(.state): \(which), \(.tests | join("+")) seed \(.seed)"], ["    \(.command)"]),
([.kernels[] | select(.verdict == "fail").kernel] | if . == [] then empty else
	["convicted: \(join(" "))"] end),
["verdict: \(.verdict)"],
["\(.shards.planned) shards planned, \(.shards.ended) ended, \(.shards.died) died, \(.shards.missing) missing"]
| @tsv

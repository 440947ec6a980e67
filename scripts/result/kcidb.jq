# SPDX-License-Identifier: GPL-2.0
#
# result/kcidb.jq - result.json as a KCIDB report (schema 5.3 of kcidb-io), to be submitted by
# whoever has an account there. Called by bht-result with $id, which no other run has.

include "console";

def origin: "bhtorture";

# A path's parts have letters, digits, _ and - only.
def path: split(".") | map(gsub("[^a-zA-Z0-9_-]"; "_") | select(. != "")) | join(".");

def without_nulls: with_entries(select(.value != null));

# What proves nothing says nothing of the kernel, and must not hide behind a pass.
def status: {pass: "PASS", fail: "FAIL", skip: "SKIP", inconclusive: "ERROR"}[.] // "MISS";

. as $run
| ("\(origin):\($id)") as $run_id
| {
	version: {major: 5, minor: 3},
	checkouts: [{id: $run_id, origin: origin,
		comment: "Linux \(.kernel.release // "unknown"), \(.kernel.source // "unknown source")"}],
	builds: [{id: $run_id, checkout_id: $run_id, origin: origin, architecture: (.architecture // "x86_64"),
		status: (if .kernel.release then "PASS" else "MISS" end)}],
	tests: [([.tests[]] + [console | select(.result == "fail")])[] | {
		id: "\($run_id)/\(.name)", build_id: $run_id, origin: origin,
		path: "bhtorture.\(.name | path)",
		status: (.result | status),
		comment: ((.reason // "") | gsub("\\x00"; "")),
		duration: .seconds,
		environment: {comment: "QEMU, \($run.host.accel // "?"), \($run.host.smp // "?") CPUs"},
		misc: ({result, migrations, exposures, window_exposures, violations, first_violation,
			bound_per_exposure, seed: $run.seed} | without_nulls)
	} | without_nulls]
}

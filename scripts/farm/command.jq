# SPDX-License-Identifier: GPL-2.0
#
# command.jq - how to repeat what a shard of plan.json did, on any machine.

def command:
	"make run_tests KERNEL=\(.asked | if test("^[A-Za-z0-9_./:+~-]+$") then . else @sh end)"
	+ (if .mutant == "none" then "" else " MUTANT=\(.mutant)" end)
	+ " TESTS=" + (if (.tests | length) == 1 then .tests[0] else "'\(.tests | join(" "))'" end)
	+ (if .strategy == "kernel" then "" else " STRATEGY=\(.strategy)" end)
	+ (if .soak_s == 0 then "" else " PROFILE=soak HOURS=\(.soak_s / 3600)" end)
	+ " DURATION=\(.duration) SMP=\(.smp) MEM=\(.mem) SEED=\(.seed)";

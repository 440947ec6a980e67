# SPDX-License-Identifier: GPL-2.0
#
# command.jq - how to repeat what a shard of plan.json did, on any machine.

def command:
	"make run_tests KERNEL=\(.asked | if test("^[A-Za-z0-9_./:+~-]+$") then . else @sh end)"
	+ (if .mutant == "none" then "" else " MUTANT=\(.mutant)" end)
	+ (if .soak_s > 0 then " PROFILE=soak HOURS=\(.soak_s / 3600)"
	   elif (.tests | length) == 1 then " TESTS=\(.tests[0])"
	   else " TESTS='\(.tests | join(" "))'" end)
	+ (if .accel == "icount" then " ACCEL=icount" else "" end)
	+ (if .strategy == "kernel" then "" else " STRATEGY=\(.strategy)" end)
	+ " DURATION=\(.duration) SMP=\(.smp) MEM=\(.mem) SEED=\(.seed)";

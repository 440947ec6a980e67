#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# How surely and how soon the race of 5.0 - 5.2 is caught, in one boot: 20 runs of
# 10 s each with lookups only aimed at the moving folio, and with the race window
# widened as well; 10 runs of it put under a real ext4. Prints the figures. All times
# are the guest's (icount): the figures are the same on any machine, idle or not.
# time-limit: 1500
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# What must be reached: runs caught of those made, migrations to the first
# violation (median), runs with a genuine lost_update and stale_write.
readonly runs=20 watch_runs=10 watch_limit_ms=30000
readonly aimed_median=300 widened_median=20 genuine_runs=18

# The guest's side: a result is a line per run.
guest_command()
{
	cat <<-END
	repeat() # TIMES SECONDS RUN PROGRAM
	{
		for seed in \$(seq 1 "\$1"); do
			BHT_SEED=\$seed BHT_DURATION=\$2 BHT_ONLY=\$3 ./"\$4" |
				grep '^# bhtorture: ' | grep -v '"result":"skip"'
		done
	}
	export BHT_KEEP_GOING=1
	repeat $runs 10 controls.busted controls
	repeat $runs 10 controls.busted_widened controls
	unset BHT_KEEP_GOING
	repeat $watch_runs 30 watch_ext4.busted watch_ext4
	END
}

# figures NAME: of all runs of that name in $records, as shell variables.
figures()
{
	jq --raw-output --slurp --arg name "$1" '
		def median: sort | if . == [] then -1 else .[(length - 1) / 2 | floor] end;
		map(select(.name == $name))
		| [.[].to_kill // {} | to_entries | map(select(.key != "null_atomic").value)
		   | select(. != []) | min_by(.migrations)] as $first
		| "caught=\($first | length) migrations=\([$first[].migrations] | median)",
		  "ms=\([$first[].ms] | median) slowest=\([$first[].ms] | max // -1)",
		  "lost=\([.[] | select(.to_kill.lost_update)] | length)",
		  "stale=\([.[] | select(.to_kill.stale_write)] | length)"' "$records"
}

# judge NAME: print the figures, leave them in variables.
judge()
{
	caught=0 migrations=-1 ms=-1 slowest=-1 lost=0 stale=0
	eval "$(figures "$1")"
	printf '%s: caught in %d runs; median %d migrations, %d ms, slowest %d ms; lost_update in %d runs, stale_write in %d\n' \
		"$1" "$caught" "$migrations" "$ms" "$slowest" "$lost" "$stale"
}

run scripts/bht-run --accel icount --runs-dir "$scratch/runs" --timeout 1400 --command "$(guest_command)"
expect_status 0
records=$scratch/records
sed -n 's/^# bhtorture: //p' <<<"$output" >"$records"

judge controls.busted
expect "controls.busted is not always caught" test "$caught" -eq "$runs"
expect "controls.busted takes too many migrations" test "$migrations" -le "$aimed_median"
judge controls.busted_widened
expect "controls.busted_widened is not always caught" test "$caught" -eq "$runs"
expect "controls.busted_widened takes too many migrations" test "$migrations" -le "$widened_median"
expect "controls.busted_widened loses too few updates" test "$lost" -ge "$genuine_runs"
expect "controls.busted_widened has too few stale writes" test "$stale" -ge "$genuine_runs"
judge watch_ext4.busted
expect "watch_ext4.busted is not always caught" test "$caught" -eq "$watch_runs"
expect "watch_ext4.busted takes too long" test "$slowest" -le "$watch_limit_ms"
finish

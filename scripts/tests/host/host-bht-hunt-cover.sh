#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hunt --cover 1 goes on until each pair of steps that may meet has met, in the seeds
# together: the smallest number of them, however many run at once. The guests are played
# by a script.
# time-limit: 120

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

cp -r -- scripts "$scratch/scripts"
cat >"$scratch/scripts/bht-run" <<-'END'
	#!/bin/bash
	output=${*: -1}
	[[ $* != *'--accel icount --trace exact'* ]] || { mkdir "$output/places" && echo here >"$output/places/places"; }
	echo kernel >"$output/bzImage"
	echo initramfs | gzip >"$output/initramfs.gz"
	echo kernel | gzip >"$output/kernel.gz"
	echo '{"release": "6.1"}' >"$output/kernel.json"
END
# Of the pairs a, b, c, seed 1 and seed 2 meet a, seed 3 meets b and seed 4, which is the
# first that can, c.
cat >"$scratch/scripts/bht-vm" <<-'END'
	#!/bin/bash
	while (($#)); do
		case $1 in
		--run) run=$2 ;;
		--observe) observe=$2 ;;
		--order) order=$2 ;;
		--save) save=1 ;;
		esac
		shift
	done
	if [[ $save ]]; then
		mkdir "$run"
		exit
	fi
	eval "$order"
	echo "$BHT_SEED" >>"$BHT_TEST/ran"
	covered='["a"]' missing='["b"]'
	((BHT_SEED != 2)) || sleep 1
	((BHT_SEED < 3)) || covered='["b"]' missing='["a"]'
	((BHT_SEED != 4)) || covered='["b", "c"]'
	[[ $observe == *"places=$BHT_TEST/"*"/places/places"* ]] || covered=null missing=null
	[[ ! $BHT_TEST_POOR ]] || covered='["a"]' missing='["b", "c"]'
	cat >"$run/result.json" <<-JSON
		{"verdict": "pass", "conviction": null, "output": "0123", "console": {"problems": []},
		 "protocol": {"covered": $covered, "missing": $missing},
		 "tests": [{"name": "swarm", "result": "pass", "reason": "because", "first_violation": null,
			    "migrations": 100, "exposures": 50, "window_exposures": 40, "seconds": 3}]}
	JSON
END
chmod +x "$scratch/scripts/bht-run" "$scratch/scripts/bht-vm"
export BHT_TEST=$scratch BHT_TEST_POOR='' BHT_BUILD=$scratch/build

run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hunts" --cover 2
expect_status 2
expect_output "bad --cover '2': allowed is 0, 1 or all"
for jobs in 1 4; do
	: >"$scratch/ran"
	run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hunts$jobs" --cover 1 --jobs "$jobs" --seeds 20
	expect_status 0
	# Nothing tells it of c before seed 4 is there.
	expect_output '^coverage: 2 of the 2 possible pairs, by 3 seeds$'
	expect_output '^nothing found: 3 seeds|^nothing found: [4-7] seeds'
done
expect "one after another, 3 seeds are enough" test "$(find "$scratch/hunts1" -name 'seed-*' -type d | wc -l)" = 3

# To the last seed, full or not.
run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hunts1" --cover all --jobs 4 --seeds 6
expect_status 0
expect_output '^coverage: 3 of the 3 possible pairs, by [0-9] seeds$'
expect_output '^nothing found: 6 seeds'

# Not full: it says what is missing. What ran does not run again.
BHT_TEST_POOR=1
: >"$scratch/ran"
run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/poor" --cover 1 --jobs 2 --seeds 3
expect_status 0
expect_output '^coverage: 1 of the 3 possible pairs, by 3 seeds; missing: b, c$'
run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/poor" --cover 1 --jobs 2 --seeds 4
expect_output '^coverage: 1 of the 3 possible pairs, by 4 seeds; missing: b, c$'
expect "seeds ran again" test "$(wc -l <"$scratch/ran")" = 4

# Without it nobody measures.
run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/none" --jobs 2 --seeds 2
expect_status 0
refuse "coverage without --cover" grep -q coverage <<<"$output"
finish

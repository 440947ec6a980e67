#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-hunt ends with the smallest seed that convicts, however many run at once; what ran
# is not run again; it shortens as long as the same oracle fires; it judges a fix; what
# convicted once is remembered. The guests are played by a script: seeds 5 and 7 convict,
# as long as there are checkers.
# time-limit: 400

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

cp -r -- scripts "$scratch/scripts"
cat >"$scratch/scripts/bht-run" <<-'END'
	#!/bin/bash
	output=${*: -1}
	if [[ $* == *fix.diff* ]]; then
		echo fixed >"$output/bzImage"
	else
		echo kernel | tee "$output/bzImage" >"$output/Image"
	fi
	echo initramfs | gzip >"$output/initramfs.gz"
	echo kernel | gzip >"$output/kernel.gz"
	echo '{"release": "6.1"}' >"$output/kernel.json"
END
# Seed 5 takes longer than seed 7.
cat >"$scratch/scripts/bht-vm" <<-'END'
	#!/bin/bash
	while (($#)); do
		case $1 in
		--run) run=$2 ;;
		--kernel-image) image=$2 ;;
		--order) order=$2 ;;
		--save) save=1 ;;
		esac
		shift
	done
	echo "vm $save $run" >>"$BHT_TEST/started"
	if [[ $save ]]; then
		mkdir "$run"
		exit
	fi
	eval "$order"
	echo "$BHT_SEED $BHT_DURATION $BHT_MODULE_PARAMS" >>"$BHT_TEST/orders"
	[[ $BHT_SEED != 5 ]] || sleep 3
	[[ -z $BHT_TEST_SLOW ]] || sleep 30
	first=null verdict=pass conviction=null
	if [[ $BHT_SEED == [57] && $(<"$image") == kernel && " $BHT_MODULE_PARAMS " != *' checker=0 '* ]]; then
		first="{\"oracle\": \"lost_update\", \"ms\": 1200, \"migrations\": 3$BHT_SEED}"
		verdict=fail conviction='"lost_update"'
	fi
	if [[ $BHT_SEED == 5 && " $BHT_MODULE_PARAMS " == *' reader=0 '* ]]; then
		first='{"oracle": "stale_read", "ms": 10, "migrations": 1}'
	fi
	# One hangs.
	[[ $BHT_SEED != 99 ]] || verdict=error conviction='"stuck"'
	# A module that does not load fails a run, and convicts nobody.
	[[ $BHT_SEED != 4 ]] || verdict=fail
	cat >"$run/result.json" <<-JSON
		{"verdict": "$verdict", "conviction": $conviction, "output": "$BHT_TEST_OUTPUT", "fingerprint": "$BHT_TEST_INPUTS", "console": {"problems": []},
		 "tests": [{"name": "swarm", "result": "$verdict", "reason": "because",
			    "first_violation": $first, "migrations": 100, "exposures": 50, "window_exposures": 40, "seconds": 3}]}
	JSON
	[[ $verdict == pass ]]
END
chmod +x "$scratch/scripts/bht-run" "$scratch/scripts/bht-vm"
export BHT_TEST=$scratch BHT_TEST_OUTPUT=0123 BHT_TEST_INPUTS=4567 BHT_TEST_SLOW='' BHT_BUILD=$scratch/build
hunt=("$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hunts")

# orders: print how many seeds have been started since it was asked last.
orders()
{
	wc -l <"$scratch/orders"
	: >"$scratch/orders"
}

# Usage.
for value in 0 x 5-3 5- 1-2-3 4294967296; do
	run "${hunt[@]}" --seeds "$value"
	expect_status 2
	expect_output "^bht-hunt: bad --seeds '$value'"
done
run "${hunt[@]}" --smp 9
expect_status 2
run "${hunt[@]}" --tests 'convict move_pages'
expect_status 2
refuse "something was started" test -e "$scratch/started"

# Nothing is found, and what that is worth.
run "${hunt[@]}" --seeds 4 --jobs 2
expect_status 0
expect_output '^seed 3: pass; 100 migrations, 50 exposures in 3 s'
expect_output '^nothing found: 4 seeds, 400 migrations, 160 window exposures: less than 0.01875 per window exposure'
expect_output '^without a verdict: seeds 4$'
expect "4 seeds are 4 guests" test "$(orders)" = 4

# Seeds 7 and 5 are found, 7 first: 5 it is. 1 to 4 are not run again.
run "${hunt[@]}" --jobs 8 --shorten 0
expect_status 1
expect_output '^seed 7: lost_update after 1200 ms and 37 migrations'
expect_output '^seed 5 convicts: lost_update after 1200 ms and 35 migrations$'
expect_output '^again: scripts/bht-hunt .*--tests swarm .*--seeds 5-5'
expect_output '^bht-hunt: [5-9] of 64 seeds, [0-9] running'
refuse "seed 1 ran again" grep -q '^1 ' "$scratch/orders"
expect "the guest was booted more than once" test "$(grep -c '^vm 1' "$scratch/started")" = 1
: >"$scratch/orders"

# What is printed is about the same architecture.
run "${hunt[@]}" --arch arm64 --seeds 5-5 --shorten 0
expect_output '^again: scripts/bht-hunt --arch arm64 --kernel distro '
: >"$scratch/orders"

# Again: at once, and the same. Now shorter: without readers another oracle fires, without
# checkers none.
run "${hunt[@]}" --jobs 1
expect_status 1
expect_output '^seed 5 convicts: '
expect_output '^with reader=0: not found$'
expect_output '^with getblk=0: lost_update after 1200 ms'
expect_output '^with checker=0: not found$'
expect_output '^smallest: seed 5, 2 s, getblk=0 dirtier=0 .*writer_blind=0 checker=1: lost_update'
expect_output "^again: .*--duration 2 --seeds 5-5 --module-params 'getblk=0 .*checker=1'"
refuse "a seed ran again as it was" grep -qx '[0-9]* 3 ' "$scratch/orders"

# It is remembered, and the run that `make debug` takes. What convicts no more is told.
expect "the latest run is another one" test "$(readlink "$BHT_BUILD/runs/latest")" = "$(echo "$scratch"/hunts/*/*/seed-5)"
corpus=$scratch/hunts/corpus
expect "the seed is remembered more than once, or not at all" test "$(wc -l <"$corpus")" = 1
again=("$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hunts-of-corpus" --corpus "$corpus")
run "${again[@]}"
expect_status 0
expect_output '^exactly the same: distro, seed 5: lost_update after 1200 ms'
expect_output '^1 of 1 seeds convict still$'
rm -rf -- "$scratch/hunts-of-corpus"
BHT_TEST_OUTPUT=0124 run "${again[@]}"
expect_status 1
expect_output '^not the same, from the same inputs: distro, seed 5: '
rm -rf -- "$scratch/hunts-of-corpus"
BHT_TEST_OUTPUT=0124 BHT_TEST_INPUTS=4568 run "${again[@]}"
expect_status 0
expect_output '^convicts still: distro, seed 5: lost_update after 1200 ms and 35 migrations \(other inputs\)$'

# With other inputs a seed near it may convict, by an oracle that was named.
rm -rf -- "$scratch/hunts-of-corpus"
again[-1]=$corpus.changed
sed 's/"seed":5/"seed":6/; s/4567/4568/' "$corpus" >"$corpus.changed"
sed 's/"seed":5/"seed":8/; s/4567/4568/' "$corpus" >>"$corpus.changed"
sed 's/lost_update/torn/; s/4567/4568/' "$corpus" >>"$corpus.changed"
run "${again[@]}"
expect_status 1
expect_output '^convicts still: distro, seed 7: lost_update'
expect_output '^convicts no more: distro, seeds 8 to 15, was lost_update$'
expect_output '^convicts otherwise: distro, seed 5: lost_update .*, was torn$'
expect_output '^1 of 3 seeds convict still$'

# A fix: all seeds without it, and with it.
: >"$scratch/fix.diff"
run "${hunt[@]}" --patch "$scratch/fix.diff" --seeds 8 --jobs 4
expect_status 0
expect_output '^before: 2 of 8 seeds convict: 5 \(lost_update\), 7 \(lost_update\)$'
expect_output '^after:  0 of 8 seeds convict, 7 pass: less than 42.9 % of all would, at 95 %$'
: >"$scratch/nothing.diff"
run "${hunt[@]}" --patch "$scratch/nothing.diff" --seeds 5-6
expect_status 1
run "${hunt[@]}" --patch "$scratch/missing.diff"
expect_status 2
: >"$scratch/orders"

# Interrupted, no guest is left, and it goes on from there.
BHT_TEST_SLOW=1 start "${hunt[@]}" --seeds 21-22 --jobs 2
wait_for 20 grep -q '^22 ' "$scratch/orders"
kill -s INT "$started"
await
expect_status 130
expect_output 'the same command goes on from here'
no_guest()
{
	! pgrep -f "$scratch/scripts/bht-vm"
}
wait_for 5 no_guest
run "${hunt[@]}" --seeds 21-22 --jobs 2
expect_status 0
expect_output '^nothing found: 2 seeds'
# A hang is not made shorter.
run "$scratch/scripts/bht-hunt" --hunts-dir "$scratch/hang" --seeds 99-99
expect_status 1
expect_output '^seed 99 convicts: because$'
refuse "a hang is shortened" grep -q '^smallest' <<<"$output"
finish

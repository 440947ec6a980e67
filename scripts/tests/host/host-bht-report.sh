#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-report finds in a recording what was put there, in every format; refuses what
# is cut, damaged or foreign with one line; keeps budgets; compares runs.
# time-limit: 180
# needs: report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# Of made-up recordings, see traces/report/unit/report-sample.c.
readonly events=20000 pieces=40

tools=$scratch/traces
make -s -C traces OUTPUT="$tools" "$tools"/{bht-report,report-unit,report-sample} ||
	environment_error "the report tools do not build"
report=$tools/bht-report

# sample EVENTS FILE
sample()
{
	"$tools/report-sample" "$1" "$2"
}

# expect_json FILTER: it holds for the last run's output.
expect_json()
{
	jq --exit-status "$1" <<<"$output" >/dev/null || wrong "not so: $1"
}

# refuse_input FILE TEXT: one line that names the file, exit 2.
refuse_input()
{
	run timeout 60 "$report" "$1"
	expect_status 2
	expect_lines 1
	expect_output "^bht-report: .*$2"
}

run "$tools/report-unit"
expect_status 0

# Each figure is known beforehand.
run_folder=$scratch/'run <b>&"1"'
mkdir -- "$run_folder"
sample "$events" "$run_folder/trace.dat"
run "$report" --json "$run_folder"
expect_status 0
expect_json '.events == 20000 and .lost == 0 and .calibration_ns == 400 and .calibration_wait_ns == 100'
expect_json '.series[] | select(.what == "hold" and .outcome == "moved")
	| .holder == "sample_migrate" and .count == 2344 and .max_ns == 10990'
expect_json '.series[] | select(.outcome == "-EAGAIN") | .count == 156'
expect_json '.series[] | select(.what == "wait" and .holder == "sample_lookup")
	| .p50_ns == 200 and .p999_ns == 20000'
expect_json '[.series[] | select(.holder == "sample_migrate" and .what == "hold").count] | add == 2500'
# 2344 of them in 0.25 s, 5.5 us each.
expect_json '.series[] | select(.outcome == "moved") | .share > 0.051 and .share < 0.052'
run "$report" --net --json "$run_folder"
expect_json '.series[] | select(.outcome == "moved") | .max_ns == 10590'

run "$report" "$run_folder"
expect_output '^hold +sample_migrate +all +2500 +5\.16 +9\.74 +10\.9 +11\.0 +11\.0 +5\.[0-9]+%$'
expect_output '^\[min - 0\.000002\]: 303 12\.120000%$'
expect_output '^\(0\.000002 - 0\.000003\]: 300 12\.000000%$'
expect_output '^\(0\.000010 - max\]: 198 7\.920000%$'
run "$report" --buckets --bucket 5us "$run_folder"
expect_lines 3
expect_output '^\(0\.000005 - 0\.000010\]: 1'

run "$report" --csv "$run_folder"
expect_lines 6
expect_output '^hold,"sample_migrate","moved",2344,'

# What a page must not have: text that is not escaped, anything from elsewhere.
printf '{"schema":1,"kernel":{"release":"<i>6"},"verdict":"\\"><script>","tests":[
	{"name":"<img src=x>","seconds":2,"lookups":100,"migrations":9,"refused":1,
	 "violations":{"lost_update":1},"first_violation":{"oracle":"<u>","ms":1,"migrations":2},
	 "latency":{"lookup_<s>":{"p50_ns":3,"p90_ns":3,"p99_ns":3,"p999_ns":3,"max_ns":3,"histogram":[[3,7]]}}}]}' \
	>"$run_folder/result.json"
run "$report" --html "$run_folder"
expect_status 0
expect "no drawings" grep -q '<svg' <<<"$output"
expect "no first violation" grep -q 'Close-up: the first violation' <<<"$output"
refuse "something is not escaped" grep -qE '<(script|img|u>|s>|i>6|b>&)' <<<"$output"
refuse "something from elsewhere" grep -qiE 'https?:|@import|url\(|<[^>]* (src|href)=' <<<"$output"

run "$report" --write "$run_folder"
expect_status 0
for file in report.txt report.json report.html; do
	expect "no $file" test -s "$run_folder/$file"
done
expect_output 'migration success % 90.00'

# A run whose guest had a wrong clock has no times to report.
mkdir -- "$scratch/fast"
sample "$events" "$scratch/fast/trace.dat"
printf '{"schema":1,"tests":[],"clock":{"agree":false,"factor":6.4}}\n' >"$scratch/fast/result.json"
refuse_input "$scratch/fast" "fast/result.json: the guest's clock ran 6\.4 times as fast"

# Budgets
run "$report" --fail-if 'p99>5us' "$run_folder"
expect_status 1
expect_output "^budget exceeded: 'p99>5us': hold.sample_migrate p99 is 10.8[0-9] us"
run "$report" --fail-if 'p99>50us' --fail-if 'hold.sample_*.moved.max>11us' "$run_folder"
expect_status 0
run "$report" --fail-if 'hold.no_such.p99>50us' "$run_folder"
expect_status 2
expect_output 'cannot be judged'
run "$report" --fail-if 'p99>50parsec' "$run_folder"
expect_status 2
expect_lines 1

# Comparing
cat >"$scratch/long.hist" <<-'END'
	# seconds: 1
	# release: late
	# sampled: 25
	# function: sample_migrate side=migration sites=1
	# event: synthetic/hold_sample_migrate
	# event histogram
	{ ns: ~ 50000-50099 } hitcount:       1000
	Totals:
	    Hits: 1000
	    Entries: 1
	    Dropped: 0
END
run "$report" --compare "base=$run_folder" "long=$scratch/long.hist" "same=$run_folder,$run_folder"
expect_status 0
expect_output '^ +base +long ratio \(95 %\) +same ratio \(95 %\)'
expect_output '^hold of migrations p50 us +5\.16 +50\.05 9\.[67][0-9] \(9\.[0-9]+-(9|10)\.[0-9]+\) +5\.1'
run "$report" --compare --json "base=$run_folder" "long=$scratch/long.hist"
expect_json '.runs[1].label == "long"'
expect_json '.figures[] | select(.name == "hold of migrations p99 us").runs[1]
	| .ratio > 4 and .ratio_95[0] <= .ratio and .ratio_95[1] >= .ratio'
run "$report" "$scratch/long.hist"
expect_output '^note: releases were seen when they were done'
expect_output '^note: the probes were armed 25 % of the time'
run "$report" --fail-if 'p50>20us' "$scratch/long.hist"
expect_status 1

# Cut or damaged: never a crash, a hang, or figures of half a file.
sample 2000 "$scratch/whole.dat"
size=$(stat --format=%s "$scratch/whole.dat")
for ((i = 0; i < pieces; i++)); do
	head -c $((i * size / pieces)) "$scratch/whole.dat" >"$scratch/cut.dat"
	code=0
	said=$(timeout 60 "$report" "$scratch/cut.dat" 2>&1) || code=$?
	[[ $code == 2 && $(wc -l <<<"$said") == 1 ]] ||
		wrong "cut after $((i * size / pieces)) bytes: exit $code: $said"
done
for ((i = 0; i < 2 * pieces; i++)); do
	cp -- "$scratch/whole.dat" "$scratch/flipped.dat"
	at=$(((i * 7919 + i * i * 31) % (i % 2 ? size : 9000)))
	printf '%b' "\\x$(printf %02x $((i * 37 % 256)))" |
		dd of="$scratch/flipped.dat" bs=1 seek="$at" conv=notrunc status=none
	code=0
	said=$(timeout 60 "$report" --html --output /dev/null.d/x "$scratch/flipped.dat" 2>&1) ||
		code=$?
	# Damage that leaves a recording gets as far as the output.
	[[ $code == [23] && $(wc -l <<<"$said") == 1 ]] ||
		wrong "byte $at changed: exit $code: $said"
done
head -n 6 "$scratch/long.hist" >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'truncated'
head -c -3 "$scratch/long.hist" >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'truncated'
sed 's/^{.*/garbage/' "$scratch/long.hist" >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'line 7'
# What is not decimal is not read as 0, and what is not counted is not guessed.
sed 's/^{ ns: .* }/{ ns: 0x1f4 }/' "$scratch/long.hist" >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'line 7: no duration'
sed 's/} hitcount: .*/}  hitcount (%):  12.50/' "$scratch/long.hist" >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'line 7: only per cent, no hits'
sed 's/1000$/4000/' "$scratch/long.hist" | sed '0,/4000/s//1000/' >"$scratch/cut.hist"
refuse_input "$scratch/cut.hist" 'totals say 4000'
printf '{"schema":1' >"$scratch/result.json"
refuse_input "$scratch/result.json" 'result.json'
printf '{"tests":[]}' >"$scratch/result.json"
refuse_input "$scratch/result.json" 'not a result.json'

# Foreign
refuse_input README.md 'neither'
refuse_input /dev/null 'neither'
refuse_input "$scratch/none" 'No such file'
mkdir -- "$scratch/empty"
refuse_input "$scratch/empty" 'not a run folder'

for option in --nonsense '--bucket 0' '--bucket 5parsec' '--compare' '--csv --compare x y'; do
	# shellcheck disable=SC2086 # words on purpose
	run "$report" $option "$run_folder"
	expect_status 2
	expect_lines 1
done
run "$report"
expect_status 2
# A pipe or a device stays what it is: as root, /dev/null, too.
mkfifo "$scratch/pipe"
cat "$scratch/pipe" >"$scratch/piped" &
run timeout 60 "$report" --output "$scratch/pipe" "$run_folder"
expect_status 0
expect "a file has taken the place of the pipe" test -p "$scratch/pipe"
kill "$!" 2>/dev/null || true
run "$report" --output /dev/null.d/x "$run_folder"
expect_status 3
run "$report" --help
expect_status 0
expect_output 'A budget is an expression'

# A tool that does not build is the environment's fault, and said in a line.
mkdir -- "$scratch/checkout"
cp -r -- scripts traces "$scratch/checkout/"
echo '#error broken' >>"$scratch/checkout/traces/report/report.h"
for options in --help "$run_folder" "--run=$run_folder"; do
	run "$scratch/checkout/scripts/bht-report" "$options"
	expect_status 3
	expect_output 'bht-report: traces/bht-report does not build, see '
done

run scripts/bht-report --run no-such-run
expect_status 2
expect_output 'no run folder'
finish

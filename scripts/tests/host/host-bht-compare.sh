#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-compare runs each strategy once under the same load and seed, shows what there
# is when a run fails or somebody presses Ctrl-C, and leaves no process behind. The
# runs are pretended: a bht-run that makes folders with known figures.
# time-limit: 300
# needs: report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export BHT_COMPARE_RUN=$scratch/bht-run BHT_COMPARE_DIR=$scratch/compare

# Holds for 20 us as held, 5 us else; evict moves half; kernel:broken has no result.
cat >"$BHT_COMPARE_RUN" <<'END'
#!/bin/bash
set -euo pipefail
printf '%s\n' "$*" >>"$BHT_COMPARE_DIR.calls"
while (($#)); do
	declare "${1#--}"="$2" 2>/dev/null || declare "${1#--}" || true
	case $1 in
	--strategy) strategy=$2 ;;
	--kernel) kernel=$2 ;;
	--runs-dir) runs=$2 ;;
	esac
	shift 2
done
[[ $kernel != nonsense ]] || { echo "bht-run: bad --kernel 'nonsense'" >&2; exit 2; }
folder=$runs/$kernel-$strategy
mkdir -p -- "$folder"
echo "run folder: $folder"
[[ $kernel-$strategy != broken-kernel ]] || { echo "the guest hangs"; exit 124; }
if [[ $kernel-$strategy == slow-kernel ]]; then
	sleep 300 &
	echo $! >"$BHT_COMPARE_DIR.pid"
	wait
fi
refused=0 us=5 verdict=pass
[[ $strategy != evict ]] || refused=100
[[ $strategy != held ]] || us=20
[[ $kernel-$strategy != failing-evict ]] || verdict=fail
clock='{"agree":true}'
[[ $kernel-$strategy != fast-evict ]] || clock='{"agree":false,"factor":6.4}'
for ((i = 0; i < 3; i++)); do
	printf '{"name":"t%d","result":"%s","reason":"it said so","seconds":1,"lookups":%d,"migrations":100,
		"refused":%d,"null_lookups":0,"null_atomic_tolerated":0,"violations":{}}\n' \
		$i $verdict $((1000 * (i + us))) $refused
done | jq --slurp --arg verdict $verdict --argjson clock "$clock" '
	{schema: 1, kernel: {release: "6.1"}, verdict: $verdict, clock: $clock,
	 tests: (. + if $clock.agree then [] else [{name: "clock", result: "error", reason: "its clock ran 6.4 times as fast"}] end)}' \
	>"$folder/result.json"
cat >"$folder/hold.hist" <<-HIST
	# seconds: 3
	# function: ${strategy}_move side=migration sites=1
	# event: synthetic/hold_${strategy}_move
	# event histogram
	{ ns: ~ ${us}000-${us}099 } hitcount:       900
	{ ns: ~ ${us}500-${us}599 } hitcount:       100
	Totals:
	    Hits: 1000
	    Entries: 2
	    Dropped: 0
HIST
if [[ $accel == icount ]]; then
	mkdir -p -- "$folder/results/t1"
	printf '%s\n' '# exact: instructions' "# event: exact/hold_${strategy}_move" '# event histogram' \
		"{ insn: ${us}00, ret: 0, cpu: 0 } hitcount: 10" 'Totals:' '    Hits: 10' \
		'    Entries: 1' '    Dropped: 0' >"$folder/results/t1/exact.hist"
fi
[[ $verdict == pass ]]
END
chmod +x "$BHT_COMPARE_RUN"

run scripts/bht-compare --kernels good --seed 7 --duration 3
expect_status 0
expect_output '^load: .* 3 s each, seed 7,'
expect_output '^ +held +evict ratio \(95 %\) +kernel ratio \(95 %\)'
expect_output '^migration success % +100\.00 +50\.00 0\.50'
expect_output '^hold of migrations p50 us +20\.05 +5\.05 0\.25 \(0\.25-0\.25\) +5\.05 0\.25'
expect_output '^lookups/s +21000 +6000 0\.29 \(0\.[0-9]+-0\.[0-9]+\)'
expect "not each strategy once, or not the same seed" test \
	"$(grep -c -- '--seed 7 ' "$BHT_COMPARE_DIR.calls")" = 3
expect "no JSON" jq --exit-status '.runs | length == 3' "$scratch/compare/latest/compare.json"
# A kernel that has large folios moves what the others do.
expect "all variants of move_pages" test \
	"$(grep -c -- '--env BHT_ONLY=move_pages.block_512 .*move_pages.block_4096 hugetlb' "$BHT_COMPARE_DIR.calls")" = 3
: >"$BHT_COMPARE_DIR.calls"
run scripts/bht-compare --kernels good --seed 8 --strategies 'held evict' --tests convict
refuse "not all of another load" grep -e BHT_ONLY "$BHT_COMPARE_DIR.calls"

# Where time is counted in instructions, nothing is left to chance.
run scripts/bht-compare --kernels good --accel icount
expect_status 0
expect "not exact, or a random seed" test \
	"$(grep -c -- '--seed 1 .* --accel icount --trace exact ' "$BHT_COMPARE_DIR.calls")" = 3

# And no ratio is in doubt.
expect_output '^ +held +evict ratio +kernel ratio *$'
expect_output '^lookups/s +21000 +6000 0\.29 +6000 0\.29 *$'
expect_output '^hold [a-z_]*held_move p50 insn +2000 '
refuse "an interval of what is exact" jq --exit-status 'any(.figures[].runs[]; has("ratio_95"))' \
	"$scratch/compare/latest/compare.json"

expect "where the runs are is in it" jq --exit-status \
	'[.runs[].path] == ["held", "evict", "kernel"]' "$scratch/compare/latest/compare.json"

# The order of columns for several kernels; each against the first.
run scripts/bht-compare --kernels 'good better' --strategies 'held kernel'
expect_status 0
expect_output '^ +good:held +good:kernel ratio \(95 %\) +better:held ratio'

# What fails is named; the rest is shown.
run scripts/bht-compare --kernels broken
expect_status 1
expect_output 'bht-compare: kernel: no result \(exit 124\): the guest hangs'
expect_output '^ +held +evict'
run scripts/bht-compare --kernels failing
expect_status 1
expect_output 'bht-compare: evict: verdict fail: t0 it said so'
expect_output '^ +held +evict .* kernel'
run scripts/bht-compare --kernels fast
expect_status 1
expect_output 'bht-compare: evict: its clock ran 6\.4 times as fast'
expect_output '^ +held +kernel ratio'
run scripts/bht-compare --kernels broken --strategies 'kernel kernel'
expect_status 3
run scripts/bht-compare --kernels nonsense
expect_status 2
expect_output "bad --kernel 'nonsense'"
run scripts/bht-compare --strategies held
expect_status 2
expect_lines 1
run scripts/bht-compare --nonsense
expect_status 2
expect_lines 1

# Ctrl-C during the third run: the first two are shown, nothing stays.
start scripts/bht-compare --kernels slow
wait_for 30 test -s "$scratch/compare.pid"
kill -INT "$started"
await
expect_status 130
expect_output 'interrupted: showing what there is'
expect_output '^ +held +evict ratio'
refuse "something is left running" is_running "$(<"$scratch/compare.pid")"
finish

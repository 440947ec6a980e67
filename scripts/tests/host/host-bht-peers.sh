#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-peers runs each suite once on either kernel, tells who noticed what and when from
# the runs' results, shows what there is when a run fails or somebody presses Ctrl-C.
# The runs are pretended: a bht-run that makes folders with known figures.
# time-limit: 300
# needs: run peers

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export BHT_PEERS_RUN=$scratch/bht-run BHT_PEERS_KERNEL=$scratch/bht-kernel BHT_PEERS_DIR=$scratch/peers

# The kernel's own selftests are built, of the source that there is.
printf '#!/bin/bash\necho source=%s\n' "$(kernel_field source)" >"$BHT_PEERS_KERNEL"
chmod +x "$BHT_PEERS_KERNEL"

# Ours notice the race after 0.5 s, others do not; fsstress meets 3 exposures, and the
# kernel `damaged` damages its filesystem; compaction_test skips itself. On `blind`
# nobody notices, `broken` has no result for one suite.
cat >"$BHT_PEERS_RUN" <<'END'
#!/bin/bash
set -euo pipefail
printf '%s\n' "$*" >>"$BHT_PEERS_DIR.calls"
mutant='' first=null result=pass verdict=pass migrations=0 exposures=0 seconds=10
while (($#)); do
	case $1 in
	--mutant) mutant=$2 ;;
	--kernel) kernel=$2 ;;
	--tests) tests=$2 ;;
	--env) only=${2#BHT_ONLY=} ;;
	--runs-dir) runs=$2 ;;
	esac
	shift 2
done
[[ $kernel != nonsense ]] || { echo "bht-run: bad --kernel 'nonsense'" >&2; exit 2; }
folder=$runs/$kernel-$only-${mutant:-sound}
mkdir -p -- "$folder/results"
echo "run folder: $folder"
case $kernel-$only in
broken-peers.stress_ng_numa) echo "the guest hangs"; exit 124 ;;
slow-peers.stress_ng_numa)
	sleep 300 &
	echo $! >"$BHT_PEERS_DIR.pid"
	wait ;;
*-peers.fsstress_compaction) migrations=250 exposures=3 ;;
*-peers.kselftest_compaction) echo 'ok 1 # SKIP no memory' >"$folder/results/$only.log" ;;
*-peers.*) ;;
*) migrations=5000 exposures=2000 ;;
esac
if [[ $mutant && $tests != peers && $kernel != blind ]]; then
	first='{"oracle":"lost_update","ms":500,"migrations":42}'
elif [[ $kernel-$only == damaged-peers.fsstress_compaction && $mutant ]]; then
	first='{"oracle":"fsck","ms":9876,"migrations":42}'
fi
[[ $first == null ]] || verdict=fail result=fail
jq --null-input --arg name "$only" --arg result $result --arg verdict $verdict --argjson first "$first" \
	--argjson migrations $migrations --argjson exposures $exposures --argjson seconds $seconds '
	{schema: 1, verdict: $verdict, console: {problems: []}, tests: [
		{name: "other", result: "skip", reason: "not wanted"},
		{name: $name, result: $result, reason: "it said so", $seconds, $migrations, $exposures,
		 lookups: 9, first_violation: $first}]}' >"$folder/result.json"
[[ $verdict == pass ]]
END
chmod +x "$BHT_PEERS_RUN"

run scripts/bht-peers --seed 7 --duration 10
expect_status 0
expect_output '^kernel: 6.1 \(sound\), with norefs-unlock-early \(racy\); 10 s each, 3 CPUs, 768 MB, seed 7$'
expect_output '^suite +sound: folios/s +exposures +detects +racy: folios/s +exposures +detects, after$'
expect_output '^kselftest mm: migration +0 +0 +- +0 +0 +-$'
expect_output '^kselftest mm: compaction_test +0 +0 +skipped +0 +0 +skipped$'
expect_output '^skipped: kselftest mm: compaction_test: it skips itself, see its log in '
expect_output '^as generic/750: ext4 2 KiB, compaction +25 +3 +- +25 +3 +-$'
expect_output '^bhtorture: move_pages +500 +2000 +- +500 +2000 +lost_update, 0\.5 s$'
json=$scratch/peers/latest/peers.json
expect "no JSON" jq --exit-status '.kernel == "6.1" and .seed == 7 and (.suites | length) == 9' "$json"
expect "not in the JSON" jq --exit-status '.suites[-1] | .ours and .sound.detected == false and
	.racy == (.racy + {detected: true, by: "lost_update", detected_ms: 500, folios_per_s: 500})' "$json"
expect "not each suite on either kernel" test "$(grep -c -- '--seed 7 ' "$BHT_PEERS_DIR.calls")" = 18
expect "pages that stress-ng poisons are a detection" \
	test "$(grep -c -- '--allow-console ^Memory failure: ' "$BHT_PEERS_DIR.calls")" = 2
expect "the kernel's selftests are not in the guest" test -s "$scratch/peers/latest/programs.cpio"

# What others notice is shown; that ours see nothing is a failure.
run scripts/bht-peers --kernel damaged --suites 'fs* bht-move*'
expect_status 0
expect_output '^as generic/750.* fsck, 9\.9 s$'
expect "not two suites" jq --exit-status '.suites | length == 2' "$scratch/peers/latest/peers.json"
run scripts/bht-peers --kernel blind --suites 'bht-*'
expect_status 1
expect_output '^bhtorture: move_pages +500 +2000 +- +500 +2000 +-$'

run scripts/bht-peers --kernel broken --suites 'stress* bht-move*'
expect_status 1
expect_output 'bht-peers: stress-ng-numa, racy: no result \(exit 124\): the guest hangs'
expect_output '^bhtorture: move_pages +500 '
run scripts/bht-peers --kernel nonsense
expect_status 2
expect_output "bad --kernel 'nonsense'"
run scripts/bht-peers --kernel distro
expect_status 2
expect_lines 1
run scripts/bht-peers --duration 0
expect_status 2
expect_lines 1
run scripts/bht-peers --suites nope
expect_status 2
expect_output "'nope': no such suite; known are kselftest-migration "
run make --no-print-directory peers DURATION=ten
expect_status 2
expect_output "^bht-peers: bad --duration 'ten'"

# Ctrl-C shows what there is, nothing stays.
start scripts/bht-peers --kernel slow --suites 'fs* stress-ng-numa'
wait_for 30 test -s "$scratch/peers.pid"
kill -INT "$started"
await
expect_status 130
expect_output 'interrupted: showing what there is'
expect_output '^as generic/750'
refuse "something is left running" is_running "$(<"$scratch/peers.pid")"
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-farm without a farm: a matrix becomes the shards it says, bad lines are refused
# with their numbers, and collect adds up what LAVA's logs say, half of which may be
# missing, as often as it is asked.
# time-limit: 600
# needs: farm farm-plan

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/farm.sh
source scripts/tests/farm.sh
command -v yq >/dev/null || skip "no yq on this machine"

# refused EXPECTED LINE: the third line of a matrix is; nothing is planned.
refused()
{
	plan '# a comment' '' "$2"
	expect_status 2
	expect_lines 1
	expect_output "^bht-farm: $scratch/test.matrix:3: .*$1"
	refuse "something was planned" test -e "$farm"
}

refused 'tests= is needed' 'kernel=6.1 seeds=1'
refused "'nope'.*move_pages" 'kernel=6.1 tests=move_pages,nope'
refused "'profile:nope'.*soak" 'kernel=6.1 tests=profile:nope'
refused "'move_pages\+nope'" 'kernel=6.1 tests=move_pages+nope'
refused "'\+'" 'kernel=6.1 tests=+'
refused "'convict\+'" 'kernel=6.1 tests=convict+'
refused "'move_pages\+\+convict'" 'kernel=6.1 tests=move_pages++convict'
refused "'kernel=7.3': kernel= was there already" 'kernel=6.1 kernel=7.3 tests=convict'
refused 'different numbers: say duration=' 'kernel=6.1 tests=convict,profile:storm'
refused "'six'" 'kernel=six tests=convict'
refused "''" 'kernel=6.1,,7.3 tests=convict'
refused "'nope'" 'kernel=6.1 tests=convict mutant=nope'
refused "'distro' cannot be mutated" 'kernel=6.1,distro tests=convict mutant=long-hold'
refused "'4-1'" 'kernel=6.1 tests=convict seeds=1,4-1'
refused "'1-4294967296'" 'kernel=6.1 tests=convict seeds=1-4294967296'
refused 'more than 100000' 'kernel=6.1 tests=convict seeds=0-4294967295'
refused 'more than 100000' 'kernel=6.1,7.3 tests=convict seeds=1-60000'
refused "'11h'" 'kernel=6.1 tests=convict duration=11h'
refused "'1d'" 'kernel=6.1 tests=convict duration=1d'
refused "'0'" 'kernel=6.1 tests=convict smp=0'
refused "'777'" 'kernel=6.1 tests=convict mem=777'
refused "'best'" 'kernel=6.1 tests=convict strategy=best'
refused "'hvf'" 'kernel=6.1 tests=convict accel=hvf'
refused "'9'.*icount" 'kernel=6.1 tests=convict accel=icount smp=9'
refused 'needs device=qemu' 'kernel=6.1 tests=convict accel=icount device=board:ipxe'
refused "'vax'.*arm64 x86_64" 'kernel=6.1 tests=convict arch=vax'
refused "'6.1.0-56-arm64': it is one of arm64" 'kernel=6.1.0-56-arm64 tests=convict arch=x86_64'
refused "'6.1:nope': flavours on x86_64 are fast debug" 'kernel=6.1:nope tests=convict arch=x86_64'
refused "'6.1:64k': flavours on x86_64" 'kernel=6.1:64k tests=convict arch=x86_64,arm64'
refused "'board'" 'kernel=6.1 tests=convict device=board'
refused "'2'.*profile:soak" 'kernel=6.1 tests=convict hours=2'
refused "'0.001'" 'kernel=6.1 tests=profile:soak hours=0.001'
refused "'colour=red'" 'kernel=6.1 tests=convict colour=red'
refused "'loud'" 'kernel=6.1 tests=convict loud'
# All that is bad, at once, each with its line.
plan 'kernel=6.1 tests=+ smp=0,08 mem=7' 'kernel=6.1 tests=convict' 'seeds=4-1 kernel=six kernel=6.1 loud'
expect_status 2
expect_lines 8
expect_output 'test.matrix:1: .*tests .\+'
expect_output 'test.matrix:1: .*smp .0.'
expect_output 'test.matrix:1: .*mem .7.'
expect_output 'test.matrix:3: .*kernel=6.1.*already'
expect_output 'test.matrix:3: .*loud'
expect_output 'test.matrix:3: tests= is needed'
expect_output 'test.matrix:3: .*kernel .six'
expect_output 'test.matrix:3: .*seeds .4-1'
refuse "something was planned" test -e "$farm"
run scripts/bht-farm plan "$scratch/nowhere.matrix"
expect_status 2
run scripts/bht-farm collect --farm "$farm"
expect_status 2
expect_output "no plan in $farm"
# What only bht-kernel knows.
plan 'kernel=6.1 tests=convict' 'kernel=9.9 tests=convict'
expect_status 2
expect_output "test.matrix:2: no source package of kernel '9.9'"
refuse "something was planned" test -e "$farm/plan.json"

# A profile's numbers count, and no number is octal.
plan 'kernel=6.1 tests=profile:storm smp=08 mem=0768'
expect_status 0
expect "not as the profile and the line say" jq --exit-status \
	'.shards == [.shards[0]] and (.shards[0] | .duration == 60 and .smp == 8 and .mem == 768)' "$farm/plan.json"
rm -r -- "$farm"

# Lines are products and add up; what they have in common is one shard.
plan 'kernel=6.1,7.3 tests=move_pages,compaction seeds=1-4 duration=3' \
	'kernel=6.1 mutant=norefs-unlock-early tests=move_pages seeds=1 duration=3 # a bug' \
	'kernel=6.1 tests=move_pages seeds=4,5 duration=3s'
expect_status 0
expect_output '^18 shards planned, 0 of them have ended$'
expect "not one job a shard" test "$(find "$farm/jobs" -type f | wc -l)" = 18
expect "placeholders are left" test -z "$(grep -l '@[A-Z_]*@' "$farm"/jobs/*)"
before=$(shards)
plan 'kernel=6.1,7.3 tests=move_pages,compaction seeds=1-4 duration=3' \
	'kernel=6.1 mutant=norefs-unlock-early tests=move_pages seeds=1 duration=3' \
	'kernel=6.1 tests=move_pages seeds=5 duration=3'
expect "the same matrix has other shards" test "$before" = "$(shards)"
for change in tests=compaction strategy=held seeds=2 duration=4 smp=4 mem=1024 accel=kvm \
	device=board:ipxe arch=arm64 kernel=7.3; do
	base='kernel=6.1 tests=move_pages'
	[[ $change != kernel=* ]] || base='tests=move_pages'
	[[ $change != tests=* ]] || base='kernel=6.1'
	plan 'kernel=6.1 tests=move_pages' "$base $change"
	expect "$change makes no other shard" test "$(shards | wc -l)" = 2
done

# Another architecture: its own kernel, its QEMU, its boot method.
rm -rf -- "$farm"
plan 'kernel=6.1:64k tests=convict arch=arm64' 'kernel=6.1:64k tests=convict arch=arm64 device=board:uboot' \
	'kernel=6.1 tests=convict arch=x86_64'
expect_status 0
expect "not of two architectures" jq --exit-status '[.shards[] | [.kernel, .arch, .device] | join(" ")] | sort
	== ["6.1 x86_64 qemu", "6.1:64k@arm64 arm64 board:uboot", "6.1:64k@arm64 arm64 qemu"]' "$farm/plan.json"
job=$farm/jobs/$(shards '.arch == "arm64" and .device == "qemu"').yaml
expect "no job for arm64 in QEMU" yq --exit-status '.context.arch == "arm64"
	and (.actions[0].deploy.images.kernel.image_arg | test("-M virt,.*console=ttyAMA0 "))' "$job"
job=$farm/jobs/$(shards '.device == "board:uboot"').yaml
expect "no job for a board" yq --exit-status '(.actions[0].deploy.kernel | .type == "image" and (.url | endswith("/Image")))
	and .actions[1].boot.method == "u-boot" and (.context.extra_kernel_args | test("console=ttyAMA") | not)' "$job"
rm -rf -- "$farm"

# ended NAME JOB_RESULT [ERROR]: LAVA's log of a shard whose console is on stdin.
ended()
{
	{
		echo '{"lvl":"info","msg":"start: 0 validate"}'
		jq --raw-input --compact-output '{lvl: "target", msg: gsub("\""; "\\\"")}'
		jq --null-input --compact-output --arg result "$2" --arg error "${3-}" \
			'{lvl: "results", msg: ({case: "job", definition: "lava", result: $result}
				+ if $error == "" then {} else {error_msg: $error} end)}'
	} | sed 's/^{/- {"dt": "2026-11-21T10:00:00.123456", /' >"$farm/logs/$1.yaml"
}

# collect STATUS VERDICT: and what farm.json says.
collect()
{
	run scripts/bht-farm collect --farm "$farm"
	expect_status "$1"
	is ".verdict == \"$2\""
}

is()
{
	jq --exit-status "$1" "$farm/farm.json" >/dev/null ||
		wrong "not so: $1 in $(jq --compact-output . "$farm/farm.json")"
}

# Nothing has run; half of it has; all has, and one kernel is guilty.
rm -rf -- "$farm"
plan 'kernel=6.1,7.3 tests=convict seeds=1-2 duration=3' \
	'kernel=6.1 mutant=norefs-unlock-early tests=convict seeds=1-2 duration=3'
collect 1 incomplete
is '.shards == {planned: 6, ended: 0, died: 0, missing: 6} and (.lost | length) == 6'
expect_output 'missing: shard .* 6.1\+norefs-unlock-early, convict seed 1$'
for name in $(shards '.kernel == "6.1"'); do
	said 6.1 convict.steered pass 1000 | sed 's/bhtorture: convict.steered$/bhtorture: convict/' |
		on_console | ended "$name" pass
done
collect 1 incomplete
is '.tests[] | select(.kernel == "6.1") | .verdict == "pass" and .exposures == 2000 and .window_exposures == 2000 and .bound_per_exposure == 0.0015'
expect_output '6 shards planned, 2 ended, 0 died, 4 missing'
expect "not one KCIDB report of both shards" jq --exit-status \
	'(.checkouts | length) == 2 and ([.tests[].id] | unique | length) == 2' "$farm/kcidb.json"
first=$(<"$farm/farm.json")
collect 1 incomplete
expect "collecting twice makes a difference" test "$first" = "$(<"$farm/farm.json")"
run_folder=$farm/runs/$(shards '.kernel == "6.1" and .seed == 2')
expect "the console is not whole" test "$(grep -c '"module" unloaded' "$run_folder/console.log")" -ge 1
refuse "KTAP on the console" grep -q ktap "$run_folder/console.log"
expect "the command is wrong" grep -qx \
	'make run_tests KERNEL=6.1 TESTS=convict DURATION=3 SMP=2 MEM=768 SEED=2' "$run_folder/command"

for name in $(shards '.kernel == "7.3"'); do
	said 7.3 convict.steered pass 500 | sed 's/bhtorture: convict.steered$/bhtorture: convict/' |
		on_console | ended "$name" pass
done
name=$(shards '.mutant != "none" and .seed == 1')
said 6.1 convict.steered fail 30 "$violated" | sed 's/bhtorture: convict.steered$/bhtorture: convict/' |
	on_console | ended "$name" pass
# A panic, in the middle of a line; LAVA lost the connection.
{
	said 6.1 convict.steered fail 30 "$violated" | sed -n 1,5p | on_console
	printf '%s\n' '[    9.0] bhtorture: --- Start of test: device=/dev/ram0' \
		'[    9.9] bhtorture: violation torn: device 1:0 block 224 (page index 56, offset 3072) expected 26 found 27, written or vacated 52 ms ago, by bht_checker/0 on CPU 1, 80 ms and 12 migrations into the torture' \
		'[    9.9] Kernel panic - not syncing: Fatal exception' '[    9.9] ktap+ # # bhtorture: {"na'
} | ended "$(shards '.mutant != "none" and .seed == 2')" fail 'Connection closed'
collect 1 fail
expect_output '^convicted: 6.1\+norefs-unlock-early$'
expect_output "^    make run_tests KERNEL=6.1 MUTANT=norefs-unlock-early TESTS=convict DURATION=3 SMP=2 MEM=768 SEED=1$"
is '[.violations[] | {seed, oracle, ms}] == [{seed: 1, oracle: "lost_update", ms: 120}, {seed: 2, oracle: "torn", ms: 80}]'
is '.tests[] | select(.kernel != "6.1" and .kernel != "7.3") | .first_violation.fastest.ms == 80 and .bound_per_exposure == null'
is '[.kernels[].verdict] == ["pass", "fail", "pass"]'
expect "no page" grep -q '6.1+norefs-unlock-early' "$farm/farm.html"

# More devices, more exposures: a hundred have tenfold of what ten have, nearly.
run scripts/bht-farm simulate --farm "$farm" --devices 1,10,x
expect_status 2
run scripts/bht-farm simulate --farm "$farm" --devices 10,100
expect_status 0
expect_lines 3
# shellcheck disable=SC2016 # for awk
expect "ten times the devices have not nearly ten times the exposures" \
	awk 'NR == 2 { ten = $5 } NR == 3 { hundred = $5 }
		END { exit !(ten > 0 && hundred / ten > 9 && hundred / ten < 11) }' <<<"$output"

# soaked TEST [MEMORY]: print what a guest says whose soak came to one test only.
soaked()
{
	said 6.1 "$1" pass 10 | sed "/^1\.\.1/a # selftests: bhtorture: $1" | head -n -1
	for round in 1 2; do
		printf '# soak: {"round":%d,"seconds":9,"free_kib":%d,"slab_kib":3}\n' \
			"$round" $((600000 - round * ${2:-0}))
	done
	echo '# guest: done, status 0, 4.2 s after boot'
}

# A short soak does not come to all its tests; one that loses memory fails.
plan 'kernel=6.1 tests=profile:soak hours=0.01'
name=$(shards)
soaked move_pages | on_console | ended "$name" pass
collect 1 inconclusive
is '.tests[] | select(.test == "move_pages") | .passed == 1'
is '[.trouble[] | select(.test == "compaction") | .verdict, .reason] == ["inconclusive", "the soak ended before its turn"]'
soaked move_pages 20000 | on_console | ended "$name" pass
touch -d '+1 minute' -- "$farm/logs/$name.yaml"
collect 1 fail
is '.violations[0] | .test == "soak.memory" and (.reason | test("free memory after round 1"))'
# A shard that booted another kernel than planned says nothing.
plan 'kernel=7.3 tests=move_pages'
said 6.1 move_pages pass 10 | on_console | ended "$(shards)" pass
collect 1 error
is '.trouble[0].reason == "booted 6.1, asked for 7.3"'

# Nor does one whose clock was wrong, a failed test included. (By LAVA's log it took no
# time at all.)
plan 'kernel=6.1 tests=convict seeds=1-2'
for name in $(shards); do
	said 6.1 convict fail 10 "$violated" | sed 's/4\.2 s after/10.4 s after/' | on_console | ended "$name" pass
done
collect 1 error
is '.trouble | length == 2 and (.[0].reason | test("^the guest.s clock ran 640 times as fast"))'
is '.violations == [] and .tests[0].exposures == 0 and .tests[0].passed == 0'

# LAVA's time limit, a lost worker, a shard that never came to its tests.
plan 'kernel=6.1 tests=move_pages seeds=1-3 duration=3'
mapfile -t names < <(shards)
said 6.1 move_pages pass 10 | sed -n 1,5p | on_console |
	ended "${names[0]}" fail 'lava-test-monitor timed out after 430 seconds'
said 6.1 move_pages pass 10 | sed -n 1,5p | on_console | ended "${names[1]}" fail 'The job was canceled'
echo '- {"lvl": "error"}' >"$farm/logs/${names[2]}.died.yaml"
collect 1 error
is '[.trouble[].reason] | length == 2 and (.[0] | test("did not end: LAVA: lava-test-monitor timed out")) and (.[1] | test("canceled"))'
is '[.lost[].state] == ["died"]'
expect_output '^died: '
# A hunt is spread over shards. One of each kernel runs twice, and is to be the same.
rm -rf -- "$farm"
plan 'kernel=6.1 tests=swarm seeds=1-3 duration=3 accel=icount'
expect_status 0
expect_output '^4 shards planned'
name=$(shards '.again == null and .seed == 1')
twin=$(shards '.again != null')
expect "not the first one is repeated" test "$(shards '.again == "'"$name"'"')" = "$twin"
expect "not a guest that repeats itself" grep -q -e '-icount shift=.*bht.accel=icount' "$farm/jobs/$name.yaml"
refuse "it has a disk" grep -q scratch "$farm/jobs/$name.yaml"
for name in $(shards); do
	said 6.1 swarm pass 1000 | on_console | ended "$name" pass
done
collect 0 pass
is '.tests[0].shards == 3 and .tests[0].exposures == 3000 and .shards.planned == 4'
said 6.1 swarm pass 1001 | on_console | ended "$twin" pass
collect 1 error
is '.tests[0].exposures == 3000'
expect_output '^error: shard .* seed 1: not deterministic: the same shard again, '"$twin"', has another output$'
finish

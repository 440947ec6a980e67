#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-farm run with the real lava-run and a pretended QEMU, which says on its console
# what a guest says: what LAVA makes of it (test cases, measurements, failed jobs),
# and that interrupted runs go on where they were, whatever signal ended them.
# time-limit: 300
# needs: farm farm-plan

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/farm.sh
source scripts/tests/farm.sh
command -v lava-run >/dev/null || skip "no lava-run on this machine: scripts/bht-setup --for farm-local"
((EUID == 0)) || skip "lava-run wants to be root"

mkdir "$scratch/bin" "$scratch/said"
PATH=$scratch/bin:$PATH
export SAID=$scratch/said
said 6.1 compaction pass 100 | on_console >"$SAID/1"
{
	said 6.1 compaction pass 100 | sed -n 1,5p | on_console
	printf '[    9.9] Kernel panic - not syncing: Fatal exception\n'
} >"$SAID/2"
said 6.1 compaction fail 30 "$violated" | on_console >"$SAID/3"
printf '%s\n' '# guest: ready, Linux 6.1, 2 CPUs, 2 NUMA nodes, 4 s after boot' 'TAP version 13' '1..1' \
	'ok 1 selftests: bhtorture: compaction # SKIP' '# guest: done, status 0, 4.2 s after boot' | on_console >"$SAID/4"
: >"$SAID/5"

# Says what belongs to the seed; after a panic it ends, as with -no-reboot.
cat >"$scratch/bin/qemu-system-x86_64" <<'END'
#!/bin/bash
[[ $1 != --version ]] || { echo "QEMU emulator version 10.0.2"; exit; }
seed=$(grep -o 'bht.seed=[0-9]*' <<<"$*")
echo "${seed#*=}" >>"$SAID/started"
while [[ -e $SAID/wait ]]; do sleep 0.1; done
sed 's/$/\r/' "$SAID/${seed#*=}" | while IFS= read -r line; do printf '%s\n' "$line"; sleep 0.01; done
grep -q panic "$SAID/${seed#*=}" && exit
[[ -s $SAID/${seed#*=} ]] || exit
exec sleep 100
END
chmod +x "$scratch/bin/qemu-system-x86_64"

farm_run()
{
	run timeout 120 scripts/bht-farm run --local --farm "$farm" "$@"
}

# log_of SEED: LAVA's log of that shard.
log_of()
{
	printf '%s/logs/%s.yaml\n' "$farm" "$(shards ".seed == $1")"
}

# lava SEED JQ: an expression that holds for the results in its log.
lava()
{
	# shellcheck disable=SC2310 # a name is printed, whatever fails
	yq --exit-status "[.[] | select(.lvl == \"results\").msg] | $2" "$(log_of "$1")" >/dev/null ||
		wrong "not so in seed $1: $2: $(grep '"results"' "$(log_of "$1")")"
}

started()
{
	local seeds=''

	[[ ! -e $SAID/started ]] || seeds=$(sort "$SAID/started" | paste -s -d ' ')
	printf '%s\n' "$seeds"
}

# nothing_runs: of what LAVA started for this farm. (The name is not an argument of
# awk's, which would find itself.)
nothing_runs()
{
	ps -eo args= | MINE="$scratch/bin/qemu" awk 'index($0, ENVIRON["MINE"]) { found = 1 } END { exit found }'
}

# valid QEMU: LAVA accepts all planned jobs for a device with this program.
valid()
{
	local job

	sed "s/qemu-system-x86_64/$1/" scripts/farm/device-qemu.yaml >"$scratch/device.yaml"
	printf '#!/bin/sh\n' >"$scratch/validate/$1"
	chmod +x "$scratch/validate/$1"
	for job in "$farm"/jobs/*; do
		run env PATH="$scratch/validate:$PATH" lava-run --validate --device "$scratch/device.yaml" \
			--output-dir "$scratch/lava" --job-id validate "$job"
		expect_status 0
	done
}

mkdir "$scratch/validate"
plan 'kernel=6.1 tests=compaction seeds=1-2 duration=3 accel=tcg,icount arch=arm64'
valid qemu-system-aarch64
rm -r -- "$farm"

plan 'kernel=6.1 tests=compaction seeds=1-4 duration=3'
valid qemu-system-x86_64

# Killed in the middle: by Ctrl-C, by the kernel. What had not ended is run again.
for signal in INT KILL; do
	: >"$SAID/wait"
	rm -f "$SAID/started"
	set -m
	scripts/bht-farm run --local -j 2 --farm "$farm" >"$scratch/out" 2>&1 </dev/null &
	set +m
	for ((i = 0; i < 300 && $(started | wc -w) < 2; i++)); do
		sleep 0.1
	done
	expect "two shards did not start" test "$(started)" = '1 2'
	kill -"$signal" $!
	wait $! || true
	for ((i = 0; i < 300; i++)); do
		! nothing_runs || break
		sleep 0.1
	done
	expect "SIG$signal leaves processes" nothing_runs
	expect "a shard ended that was killed" test -z "$(ls "$farm/logs")"
	rm "$SAID/wait"
done

rm -f "$SAID/started"
farm_run -j 2
expect_status 0
expect_output '4 of 4'
expect "not each shard once" test "$(started)" = '1 2 3 4'
farm_run -j 2
expect_status 0
expect "finished shards were run again" test "$(started)" = '1 2 3 4'
expect "LAVA's files are left" test -z "$(compgen -G "/var/lib/lava/dispatcher/tmp/bht-$(shards | sed -n 1p)*")"

lava 1 'any(.[]; .case == "compaction_hammered" and .result == "pass")'
lava 1 'any(.[]; .case == "compaction" and .result == "pass")'
lava 1 'any(.[]; .case == "compaction_exposures" and .measurement == "100" and .units == "exposures")'
lava 1 'any(.[]; .case == "job" and .result == "pass")'
lava 2 'any(.[]; .case == "panic" and .result == "fail") and any(.[]; .case == "job" and .result == "fail")'
lava 3 'any(.[]; .case == "compaction" and .result == "fail")'
lava 3 'any(.[]; .case == "compaction_first_violation" and .measurement == "120" and .units == "ms")'
lava 4 'any(.[]; .case == "compaction" and .result == "skip")'
run scripts/bht-farm collect --farm "$farm"
expect_status 1
expect "not what was said" test \
	"$(jq --compact-output '[.violations[] | {seed, oracle}], .shards.ended' "$farm/farm.json" | paste -s)" = \
	'[{"seed":2,"oracle":"kernel"},{"seed":3,"oracle":"lost_update"}]	4'

# A machine that ends without a word died; the next run tries it again.
plan 'kernel=6.1 tests=compaction seeds=5 duration=3'
farm_run
expect_status 3
expect_output '1 shards did not get to their tests'
cp "$SAID/1" "$SAID/5"
farm_run
expect_status 0
expect "it was not tried again" test "$(started)" = '1 2 3 4 5 5'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-bisect convicts a kernel of what happened under torture only, tells git nothing
# when it cannot tell, and stops git when the error is its own. The runs are canned: a
# file of the tree says how its kernel behaves.
# time-limit: 600
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly tree=$scratch/linux
mkdir -- "$scratch/seen"
export BHT_BISECT_DIR=$scratch/bisect
export BHT_RUN=$scratch/run

# A run of a kernel that behaves as its tree says: bht-run's folder, made by hand.
cat >"$BHT_RUN" <<-END
	#!/bin/bash
	set -euo pipefail
	while ((\$#)); do
		case \$1 in
		--runs-dir) runs=\$2 ;;
		--kernel) kernel=\${2%:*} ;;
		--seed) seed=\$2 ;;
		--trace) trace=\$2 ;;
		--accel) accel=\$2 ;;
		--duraton | --bad) echo "bht-run: unknown option '\$1'" >&2; exit 2 ;;
		esac
		shift
	done
	behaviour=\$kernel
	[[ ! -d \$kernel ]] || behaviour=\$(<"\$kernel/behaviour")
	case \$behaviour in
	*nobuild*) echo "bht-run: the kernel does not build" >&2; exit 3 ;;
	*interrupted*) exit 130 ;;
	esac
	folder=\$runs/1
	ln -s 1 "\$runs/latest"
	# What has run like this once runs so again.
	seen=$scratch/seen/\${behaviour%-[a-z0-9]}.\${accel-}.\${trace-}
	[[ \$behaviour != *seed3* ]] || seen+=.\$seed
	if [[ -e \$seen/result.json ]]; then
		cp -r -- "\$seen" "\$folder"
		exit
	fi
	mkdir -- "\$folder"
	ended=finished reason='the guest finished' result=pass violation=null
	{
		echo '[    0.1] Linux version 6.1.0'
		[[ \$behaviour != *bootwarn* ]] || echo '[    0.5] WARNING: CPU: 0 PID: 1 at arch/x86/mm/init.c:1 f+0x1/0x2'
		if [[ \$behaviour == *noboot* ]]; then
			echo '[    0.9] Kernel panic - not syncing: VFS: Unable to mount root fs'
		elif [[ \$behaviour != *noload* ]]; then
			echo '[    9.0] bhtorture: --- Start of test'
			[[ \$behaviour != *latewarn* ]] || echo '[    9.5] WARNING: CPU: 0 PID: 9 at mm/migrate.c:1 f+0x1/0x2'
			[[ \$behaviour != *latepanic* ]] || echo '[    9.5] Kernel panic - not syncing: Fatal exception'
		fi
	} >"\$folder/console.log"
	case \$behaviour in
	*noboot* | *latepanic*) ended=panic reason='it panicked' ;;
	*hang*) ended=hang reason='no output' ;;
	*diskfull*) ended=disk_full reason='disk full' ;;
	*noload*) result=fail ;;
	*seed3*) ((seed != 3)) || { result=fail violation='{"oracle":"torn","ms":5,"migrations":7}'; } ;;
	*racy*) result=fail violation='{"oracle":"lost_update","ms":5,"migrations":7}' ;;
	*weak*) result=inconclusive ;;
	esac
	record="# # bhtorture: {\"name\":\"convict.steered\",\"result\":\"\$result\",\"reason\":\"because\",\"migrations\":200,\"exposures\":30,\"violations\":{},\"first_violation\":\$violation}"
	{
		echo '# guest: ready, Linux 6.1.0, 2 CPUs'
		[[ \$ended != finished ]] || echo "\$record"
		[[ \$behaviour != *hang* ]] || echo '# # convict.steered: 2 s of 10, 200 migrations, 30 exposures'
		[[ \$behaviour != *hang* ]] || echo '# #  RUN           convict.steered.hammered ...'
		[[ \$ended:\$result != finished:pass ]] || printf '%s\n' '# ok 1 convict.steered.hammered' 'ok 1 selftests: bhtorture: convict'
		[[ \$ended:\$result != finished:fail ]] || printf '%s\n' '# not ok 1 convict.steered.hammered' 'not ok 1 selftests: bhtorture: convict # exit=1'
		[[ \$ended:\$result != finished:inconclusive ]] || printf '%s\n' '# not ok 1 convict.steered.hammered' 'not ok 1 selftests: bhtorture: convict # exit=1'
	} >"\$folder/ktap.log"
	echo '{"mode":"tests","seed":1,"tests":["convict"],"kernel":{"release":"6.1.0","source":"tree"}}' >"\$folder/request.json"
	jq --null-input --arg ended "\$ended" --arg reason "\$reason" \
		'{host: {accel: "tcg", smp: 2, mem_mb: 768}, mode: "tests", ended: \$ended, reason: \$reason, code: 0, guest_status: 0}' >"\$folder/vm.json"
	if [[ \${trace-}:\$accel == exact:icount && \$behaviour != *unmeasured* ]]; then
		insn=8000
		[[ \$behaviour != *slow* ]] || insn=9600
		mkdir -p -- "\$folder/results/convict"
		printf '%s\n' '# exact: instructions' '# event: exact/hold_f' '# event histogram' \
			"{ insn: \$insn, ret: 0, cpu: 0 } hitcount: 10" 'Totals:' '    Hits: 10' \
			'    Entries: 1' '    Dropped: 0' >"\$folder/results/convict/exact.hist"
	fi
	"$bht_top/scripts/bht-result" --write "\$folder"
	[[ \$behaviour != *cutshort* ]] || truncate --size=40 "\$folder/result.json"
	[[ \$behaviour != *empty* ]] || : >"\$folder/result.json"
	cp -r -- "\$folder" "\$seen"
END
chmod +x "$BHT_RUN"

# commit BEHAVIOUR: a commit of the tree whose kernel behaves so.
commit()
{
	printf '%s\n' "$1" >"$tree/behaviour"
	git -C "$tree" add --all
	git -C "$tree" -c user.name=bht -c user.email=bht@localhost commit --quiet --allow-empty --message "$1"
}

mkdir -p -- "$tree/mm"
git -C "$tree" init --quiet
: >"$tree/Kbuild"
: >"$tree/mm/migrate.c"
commit first

# judged BEHAVIOUR STATUS [WHAT]: what git is told of such a kernel.
judged()
{
	commit "$1"
	run scripts/bht-bisect --tree "$tree" --duration 5
	expect_status "$2"
	[[ -z ${3-} ]] || expect_output "$3"
}

judged sound 0 '" good -'
judged racy 1 '" bad lost_update'
# One run is not enough for some: three are, and then no other is made.
judged racy-seed3 0 '" good -'
commit 'racy-seed3 once more'
run scripts/bht-bisect --tree "$tree" --duration 5 --seeds 5 --accel icount
expect_status 1
expect_output '" bad torn'
expect_lines 3
commit 'nobuild once more'
run scripts/bht-bisect --tree "$tree" --seeds 5
expect_status 125
run scripts/bht-bisect --tree "$tree" --seeds 0
expect_status 255
judged latewarn 1 '" bad kernel'
judged latepanic 1 '" bad kernel'
judged hang 1 '" bad stuck'
judged bootwarn-racy 1 '" bad lost_update'
judged noboot 125 '" skip fail-panic'
judged noload 125 '" skip fail-finished'
judged bootwarn 125 '" skip fail-finished'
judged nobuild 125 'no-result-status-3'
judged weak 125 '" skip inconclusive'

# budgeted BEHAVIOUR STATUS WHAT: and when a budget is asked for.
budgeted()
{
	commit "$1 with a budget"
	run scripts/bht-bisect --tree "$tree" --duration 5 --budget 'hold.p99>9000insn'
	expect_status "$2"
	expect_output "$3"
}

budgeted sound 0 '" good -'
budgeted slow 1 '" bad .*9600-insn'
budgeted unmeasured 125 '" skip no-budget'
budgeted racy 125 '" skip lost_update'
run scripts/bht-bisect --tree "$tree" --budget 'hold.p99>9000parsec'
expect_status 255
expect_output "bad budget 'hold.p99>9000parsec'"
run scripts/bht-bisect --tree "$tree" --accel tcg --budget 'hold.p99>9000insn'
expect_status 255
expect_output 'needs --accel icount'
# Not the kernel's doing: git must stop.
judged cutshort 255
judged empty 255 'cannot be read'
judged diskfull 255 'is full'
judged interrupted 130
commit sound
run scripts/bht-bisect --tree "$tree" --duraton 5
expect_status 255
expect_output "unknown option '--duraton'"
run scripts/bht-bisect --tree "$tree" --duration 0
expect_status 255
run scripts/bht-bisect --tree "$scratch/nowhere"
expect_status 255
run scripts/bht-bisect --help
expect_status 0
: >"$scratch/file"
run env BHT_BISECT_DIR="$scratch/file/bisect" scripts/bht-bisect --tree "$tree"
expect_status 255
# A disk that fills up: nothing that is left there is an answer.
if ((EUID == 0)) && unshare --mount true 2>/dev/null; then
	mkdir -- "$scratch/small"
	# shellcheck disable=SC2016 # the inner shell's
	run unshare --mount bash -c 'mount -t tmpfs -o size=80k none "$1" && shift && exec "$@"' - \
		"$scratch/small" env BHT_BISECT_DIR="$scratch/small/bisect" scripts/bht-bisect --tree "$tree"
	expect_status 255
fi

# A typo stops git at once; it names no commit.
git -C "$tree" bisect start HEAD HEAD~3 >/dev/null 2>&1
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --duraton 5
refuse "git finds a culprit by a typo" grep -q 'is the first bad commit' <<<"$output"
git -C "$tree" bisect reset >/dev/null 2>&1

# A history with kernels that cannot be judged in it: the right commit.
for behaviour in sound nobuild sound-1 bootwarn sound-2 racy noboot racy-1 latewarn racy-2; do
	commit "$behaviour"
done
guilty=$(git -C "$tree" log -1 --format=%H --grep '^racy$')
git -C "$tree" bisect start HEAD HEAD~9 >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree"
expect_output "^$guilty is the first bad commit"
git -C "$tree" bisect reset >/dev/null 2>&1

# Where the only ones between cannot be judged, git names the set.
for behaviour in sound bootwarn racy; do
	commit "$behaviour-set"
done
git -C "$tree" bisect start HEAD HEAD~2 >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree"
expect_output 'only .*skip.*ped commits left to test|We cannot bisect more'

# With icount both ends are judged first. One that three seeds convict takes three a step;
# an end that is not what it is said to be stops git.
git -C "$tree" bisect reset >/dev/null 2>&1
for behaviour in sound-a sound-b racy-seed3 racy-seed3-b; do
	commit "$behaviour"
done
guilty=$(git -C "$tree" log -1 --format=%H --grep '^racy-seed3$')
git -C "$tree" bisect start HEAD HEAD~3 >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree" --accel icount
expect_output '3 of 8 seeds convict it: as many for each step$'
expect_output "^$guilty is the first bad commit"
# The bad end, the good one, and two steps, of which git has the good one tried three times.
expect "the ends are judged more than once" test "$(grep -c ' the bad end bad torn ' <<<"$output")" = 1
expect "not as many seeds as the bad end takes" test "$(grep -c ' the good end good ' <<<"$output")" = 3
git -C "$tree" bisect reset >/dev/null 2>&1
git -C "$tree" bisect start HEAD~2 HEAD~3 >/dev/null
run git -C "$tree" bisect run "$bht_top/scripts/bht-bisect" --tree "$tree" --accel icount
refuse "git finds a culprit between two good ones" grep -q 'is the first bad commit' <<<"$output"
git -C "$tree" bisect reset >/dev/null 2>&1
run git -C "$tree" status --porcelain --untracked-files=all
expect_lines 0

# Packaged kernels: the same, by ourselves.
mkdir -- "$scratch/bin"
cat >"$scratch/bin/apt-cache" <<-'END'
	#!/bin/bash
	printf 'linux-image-%s\n' 1.0.0-1-amd64 1.0.0-2-amd64 1.0.0-3-amd64 1.0.0-4-amd64
END
chmod +x "$scratch/bin/apt-cache"
# between BEHAVIOUR...: of the four packaged kernels.
between()
{
	local number=0 behaviour

	sed "s|^behaviour=.*|case \$kernel in$(for behaviour in "$@"; do
		number=$((number + 1))
		printf ' 1.0.0-%d-amd64) behaviour=%s ;;' "$number" "$behaviour"
	done) esac|" "$BHT_RUN" >"$scratch/run-between"
	chmod +x "$scratch/run-between"
	run env PATH="$scratch/bin:$PATH" BHT_RUN="$scratch/run-between" \
		scripts/bht-bisect --between 1.0.0-1-amd64 1.0.0-4-amd64 "${icount[@]}"
}
icount=()

between sound sound racy racy
expect_status 0
expect_output '^first bad kernel: 1.0.0-3-amd64 \(last good: 1.0.0-2-amd64\)$'
between sound noboot noboot racy
expect_status 125
expect_output 'one of 1.0.0-2-amd64 1.0.0-3-amd64 1.0.0-4-amd64 \(last good: 1.0.0-1-amd64\)'
between sound sound noboot racy
expect_status 125
expect_output 'one of 1.0.0-3-amd64 1.0.0-4-amd64 \(last good: 1.0.0-2-amd64\)'
between sound racy noboot racy
expect_status 0
expect_output '^first bad kernel: 1.0.0-2-amd64'
icount=(--accel icount)
between sound sound racy-seed3 racy-seed3
expect_status 0
expect_output '^first bad kernel: 1.0.0-3-amd64 '
expect_output '3 of 8 seeds convict it'
between sound sound racy sound
expect_status 125
expect_output '1.0.0-4-amd64 is said to be bad and is good$'
run scripts/bht-bisect --between 6.12 6.1
expect_status 2
finish

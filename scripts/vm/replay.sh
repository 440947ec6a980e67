#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# replay.sh - boots what a run folder kept of its deterministic guest, and says whether it
# does the same again. Needs nothing but that folder: bht-replay calls it, and it goes
# with each folder that `make export` packs.
#
#   replay.sh [FOLDER [WORD...]]   default: where this script is; WORD is for QEMU
#
# Exit: 0 identical, 1 not, 3 something is missing, 130 Ctrl-C.

set -euo pipefail

folder=$(realpath -- "${1:-$(dirname -- "$0")}")
more=("${@:2}")
kept=$folder/replay
work=''
qemu_pid=0

fail()
{
	printf 'replay: %s\n' "$*" >&2
	exit 3
}

leave()
{
	local status=$?

	if ((qemu_pid)); then
		kill -KILL "$qemu_pid" 2>/dev/null || true
		wait "$qemu_pid" 2>/dev/null || true
	fi
	rm -rf -- "$work"
	exit "$status"
}

# qemu_words: read the run's inputs, one word of QEMU's command line a line, into `qemu`.
# Output goes to `work` instead of the run folder.
qemu_words()
{
	local word output=${work//,/,,}

	while IFS= read -r word; do
		case $word in
		'qemu '*)
			# Its own loader and libraries: those of this machine may be others.
			qemu=("$kept"/qemu/lib/ld-* --library-path "$kept/qemu/lib"
				"$kept/qemu/qemu" -L "$kept/qemu/firmware") ;;
		'kernel '*) qemu+=("$kept/kernel") ;;
		'initramfs '*) qemu+=("$kept/initramfs") ;;
		'order '*) qemu+=("name=opt/bhtorture/order,file=${kept//,/,,}/order") ;;
		*) qemu+=("${word//RUN\//"$output"/}") ;;
		esac
	done <"$folder/inputs"
	qemu+=(${more[@]+"${more[@]}"})
}

# first_difference: print the first line of the output that is another one.
first_difference()
{
	awk 'FNR == NR { line[FNR] = $0; lines = FNR; next }
		FNR > lines || $0 != line[FNR] {
			printf "line %d\n  was: %s\n  now: %s\n", FNR, (FNR > lines ? "(the end)" : line[FNR]), $0
			found = 1
			exit
		}
		END { if (!found) printf "line %d\n  was: %s\n  now: (the end)\n", FNR + 1, line[FNR + 1] }
	' "$folder/ktap.log" "$work/ktap.log"
}

# whole_again: as much output as there was.
whole_again()
{
	(($(stat --format=%s "$work/ktap.log") >= $(stat --format=%s "$folder/ktap.log")))
}

main()
{
	local until=0 library=/dev/null
	local -a qemu=() preload=()

	[[ -s $folder/inputs && -d $kept ]] || fail "no inputs of a deterministic guest in $folder"
	work=$(mktemp -d -- "${TMPDIR:-/tmp}/replay.XXXXXX")
	trap leave EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir -- "$work/.vm"
	mkfifo -- "$work/.vm/monitor.in" "$work/.vm/monitor.out"
	: >"$work/ktap.log"
	qemu_words
	# By its descriptor, for LD_PRELOAD takes no name with a blank. Older folders have none.
	if [[ -e $kept/qemu/main-loop.so ]]; then
		library=$kept/qemu/main-loop.so
		preload=(env LD_PRELOAD=/proc/self/fd/3)
	fi
	setpriv --pdeathsig KILL -- ${preload[@]+"${preload[@]}"} "${qemu[@]}" \
		</dev/null >"$work/qemu.log" 2>&1 3<"$library" &
	qemu_pid=$!
	while kill -0 "$qemu_pid" 2>/dev/null; do
		sleep 0.5
		# One that was ended from outside does not end by itself.
		# shellcheck disable=SC2310 # a question, of one command
		if whole_again; then
			((until)) || until=$((SECONDS + 30))
			((SECONDS < until)) || break
		fi
	done
	[[ -s $work/ktap.log ]] || fail "the guest did not start: $(tail -n 1 -- "$work/qemu.log")"
	if cmp --quiet -- "$folder/ktap.log" "$work/ktap.log"; then
		printf 'identical: %d lines of output, sha256 %s\n' "$(wc -l <"$work/ktap.log")" \
			"$(sha256sum <"$work/ktap.log" | cut -d ' ' -f 1)"
		return 0
	fi
	printf 'not identical: %s\n' "$(first_difference)"
	return 1
}

main

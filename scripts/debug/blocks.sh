# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables are shared with bht-replay
#
# blocks.sh - which block of instructions is the first that two replays do not have in
# common. Sourced by bht-replay after symbols.sh.

# compile_compare OUTDIR: producer of the cache entry.
compile_compare()
{
	gcc -O2 -o "$1/compare" "$bht_top/scripts/debug/compare.c"
}

# comparer: print the path of the program that compares.
comparer()
{
	local key

	key=$({
		cat -- "$bht_top/scripts/debug/compare.c"
		gcc --version
	} | sha256sum | cut -c 1-16)
	printf '%s/compare\n' "$(cached "plugins/compare-$key" compile_compare)"
}

# function_at ADDRESS: print what the guest has there.
function_at()
{
	if [[ -z $symbols || $1 != ffffffff* ]]; then
		printf '0x%s\n' "$1"
		return
	fi
	functions "$symbols/kallsyms" | awk -v at="$1" '
		$1 <= at && at < $2 { print $3, $1; exit }' | {
		read -r name start || name=''
		if [[ $name ]]; then
			printf '%s+0x%x\n' "$name" $((0x$1 - 0x$start))
		else
			printf '0x%s\n' "$1"
		fi
	}
}

# first_block RUN: replay it twice at once, compare block by block, and say what differs.
first_block()
{
	local run=$1 number before one other status=0 i program pid

	work=$(mktemp -d -- "${TMPDIR:-/tmp}/blocks.XXXXXX")
	trap 'end_replays; rm -rf -- "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	program=$(comparer)
	cp -- "$(plugin blocks blocks.c)" "$work/"
	say "two replays with a log, to find the first block of instructions that differs"
	for i in 1 2; do
		mkfifo -- "$work/$i"
		setpriv --pdeathsig TERM -- "$bht_top/scripts/vm/replay.sh" "$run" \
			-plugin "$work/blocks.so,out=$work/$i" </dev/null >"$work/$i.log" 2>&1 &
		replays+=($!)
	done
	"$program" "$work/1" "$work/2" >"$work/found" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		for i in 1 2; do
			# One that ends before it writes is waited for otherwise.
			kill -0 "${replays[i - 1]}" 2>/dev/null || : <>"$work/$i"
		done
	done
	wait "$pid" || status=$?
	read -r number before one other <"$work/found" || true
	case $status in
	0) printf 'two replays with a log are alike, %s blocks of instructions: the run was another one\n' "$number" ;;
	1)
		if [[ " $before $one $other" == *' ffffffff'* ]]; then
			symbols=$(in_strict_shell guest_symbols "$run") || symbols=''
		fi
		printf 'first block of instructions that differs: number %s, after %s: %s in one replay, %s in another\n' \
			"$number" "$(function_at "$before")" "$(function_at "$one")" "$(function_at "$other")" ;;
	*) say "the replays cannot be compared: $(cat -- "$work"/*.log | tail -n 1)" ;;
	esac
}

# end_replays: end those that first_block() has started.
end_replays()
{
	local pid

	for pid in ${replays[@]+"${replays[@]}"}; do
		kill -TERM "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

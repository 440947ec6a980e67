# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with bht-debug
#
# violation.sh - which violation of a run is to be explained: its first. Sourced by
# bht-debug.

# read_violation: set what (in words), oracle, block and index from the run folder; -1
# stands for unknown.
read_violation()
{
	local accel line

	accel=$(jq --raw-output '.host.accel // "an unknown accelerator"' "$run/result.json" 2>/dev/null || true)
	[[ -s $run/inputs ]] ||
		environment_error "$run ran with ${accel:-an unknown accelerator}, which does nothing twice: 'make hunt' looks for a seed that fails each time"
	line=$(grep -a -m 1 -oE 'violation [a-z_]+: device .*' "$run/console.log" | tr -d '\r' || true)
	block=-1 index=-1
	if [[ $line =~ ^violation\ ([a-z_]+):.*\ block\ ([0-9]+)\ \(page\ index\ ([0-9]+) ]]; then
		what=${line#violation } oracle=${BASH_REMATCH[1]}
		block=${BASH_REMATCH[2]} index=${BASH_REMATCH[3]}
		return
	fi
	what=$(jq --raw-output '.console.problems[0].line // .console.problems[0] // empty | tostring' \
		"$run/result.json" 2>/dev/null || true)
	[[ -n $what ]] || environment_error "$run has no violation: nothing to debug"
	oracle=kernel
}

# culprit_word NAME LINE: print the word behind NAME.
culprit_word()
{
	sed -n "s/.* $1 \([^ ]*\).*/\1/p" <<<"$2"
}

# culprit_in_words LINE: print what the plugin has found, as a place to stop at.
culprit_in_words()
{
	local block migration

	block=$(culprit_word block "$1") migration=$(culprit_word migration "$1")
	case $1 in
	'culprit taken '*) printf 'where a reference to block %s is taken while its folio is inside the migrate callback (migration %s since boot)' "$block" "$migration" ;;
	'culprit moved '*) printf 'where migration %s since boot moves the folio of block %s, to which somebody has a reference' "$migration" "$block" ;;
	'culprit last '*) printf 'where migration %s since boot, the last one of the page, moves the folio (no reference met a move)' "$migration" ;;
	*) printf 'where the violation is reported (neither a reference that met a move, nor a move of the page)' ;;
	esac
}

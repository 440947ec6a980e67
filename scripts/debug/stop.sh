# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables are shared with bht-debug
#
# stop.sh - the second replay, which stands still where the first one says, and gdb on it.
# Sourced by bht-debug.

readonly stop_limit_s=60

# stop_argument CULPRIT: print the plugin's argument for the culprit, or for before it.
stop_argument()
{
	local count migration shift_ns

	count=$(culprit_word count "$1") migration=$(culprit_word migration "$1")
	shift_ns=$((1 << $(sed -n 's/^shift=\([0-9]\).*/\1/p' "$run/inputs")))
	case $before in
	*us) count=$((count - ${before%us} * 1000 / shift_ns)) ;;
	*migration*) migration=$((migration - ${before%%migration*})) ;;
	esac
	((count > 0)) || usage_error "bad --before '$before': that is before the guest starts"
	if ((migration < 1)); then
		say "there are not so many migrations before: stopping at the first"
		migration=1
	fi
	case $before in
	*migration*) printf 'stop=migration:%d' "$migration" ;;
	*) printf 'stop=count:%d' "$count" ;;
	esac
}

# stop_there CULPRIT: start the replay, and return when its guest stands still there.
stop_there()
{
	local argument line=''
	local -a words=()

	argument=$(stop_argument "$1")
	plugin_words "$work/second" "taken=$(culprit_word taken "$1"),$argument"
	mkfifo -- "$work/monitor.in" "$work/monitor.out"
	words+=(-gdb "unix:$work/gdb,server=on,wait=off"
		-chardev "pipe,id=debug,path=$work/monitor" -mon chardev=debug)
	exec 7<>"$work/monitor.out" 8<>"$work/monitor.in"
	replay "${words[@]}"
	until [[ -n $(log_line stopped "$work/second") ]]; do
		kill -0 "$replay_pid" 2>/dev/null ||
			environment_error "the second replay did not get there: $(tail -n 1 -- "$work/replay.log")"
		sleep 0.2
	done
	# QEMU waits for its CPUs with this. They may go on then, and find that they must not.
	printf 'stop\ninfo status\n' >&8
	sleep 1
	: >"$work/go"
	until [[ $line == *'VM status: paused'* ]]; do
		read -r -t "$stop_limit_s" -u 7 line ||
			environment_error "QEMU does not stop the guest"
	done
	exec 7<&- 8<&-
}

# gdb_commands: print what gdb is to do first.
gdb_commands()
{
	local current base

	current=$(awk '$1 == "current" { print $3 }' "$work/sites")
	base=$(log_line module "$work/second")
	cat <<-END
		set pagination off
		set confirm off
		set remotetimeout 60
		set architecture i386:x86-64
		file $symbols/kernel
		target remote $work/gdb
		set \$bht_symbols = "$symbols"
		set \$bht_log = "$work/log"
		set \$bht_current = 0x${current:-0}
		set \$bht_stack_bytes = 0x$(awk '$1 == "stack" { print $3 }' "$work/sites")
	END
	[[ -z $base ]] || printf 'add-symbol-file %s 0x%s\n' "$symbols/bhtorture.ko" "${base#module }"
	cat <<-END
		source $bht_top/scripts/debug/stacks.py
		set logging file $run/debug.txt
		set logging enabled on
		python guest.report()
		set logging enabled off
	END
	[[ -z $batch ]] || printf 'kill\n'
}

# show_stacks REASON: what was found goes to debug.txt and to the terminal.
show_stacks()
{
	local -a options=(--quiet --nx)

	cat -- "$work/first" "$work/second" >"$work/log"
	[[ -z $batch ]] || options+=(--batch)
	gdb_commands >"$work/commands"
	printf '%s\n' "run: $run" "violation: $what" "stopped: $1${before:+, $before before}" '' |
		tee "$run/debug.txt"
	if [[ $batch ]]; then
		"$gdb" "${options[@]}" --command "$work/commands" 2>"$work/gdb.log" || true
	else
		# Ctrl-C is gdb's then.
		trap : INT
		"$gdb" "${options[@]}" --command "$work/commands" || true
	fi
	grep -q '^ *#0' "$run/debug.txt" ||
		environment_error "gdb shows no stack: $(tail -qn 1 -- "$work/gdb.log" 2>/dev/null)"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/progress.sh - one line on a terminal that shows what is going on, written over once a
# second. Where standard error is no terminal nothing is shown: a log has no line of this.
# Sourced after lib/base.sh.

progress_pid=0	# of the process that writes the line

# begin_progress FUNCTION ARG...: until end_progress, show what FUNCTION ARG... prints. It
# also ends with this shell.
begin_progress()
{
	progress_pid=0
	[[ -t 2 ]] || return 0
	show_progress "$BASHPID" "$@" >&2 9>&- &
	progress_pid=$!
}

# show_progress PARENT FUNCTION ARG...
show_progress()
{
	local parent=$1 began=$SECONDS width text

	shift
	width=$(tput cols 2>/dev/null || printf 80)
	while sleep 1 && kill -0 "$parent" 2>/dev/null; do
		text=$("$@" $((SECONDS - began)))
		printf '\r%s\033[K' "${text:0:width-1}"
	done
}

# end_progress: the line is gone.
end_progress()
{
	((progress_pid)) || return 0
	kill "$progress_pid" 2>/dev/null || true
	wait "$progress_pid" 2>/dev/null || true
	progress_pid=0
	printf '\r\033[K' >&2
}

# time_left DONE ALL SECONDS: print how long the rest takes, once that can be said.
time_left()
{
	local left

	(($3 >= 5 && $1 > 0 && $1 < $2)) || return 0
	left=$(($3 * ($2 - $1) / $1))
	if ((left >= 100)); then
		printf ', about %d min left' $(((left + 59) / 60))
	else
		printf ', about %d s left' "$left"
	fi
}

# download_progress FOLDER KIB SECONDS: what apt has in the folder, of so much.
download_progress()
{
	local got

	got=$(du -sk -- "$1" | cut -f 1)
	printf 'downloading: %d of %d MB%s' $((got >> 10)) $(($2 >> 10)) "$(time_left "$got" "$2" "$3")"
}

# build_progress LOG NAME FILES SECONDS: files done, of about so many as another kernel had;
# 0: nobody knows.
build_progress()
{
	local files

	files=$(grep -cE '^  (CC|AS|AR|LD|HOSTCC) ' -- "$1" || true)
	if (($3 > files)); then
		printf 'building %s: %d of about %d files%s' "$2" "$files" "$3" "$(time_left "$files" "$3" "$4")"
	else
		printf 'building %s: %d files, %d s' "$2" "$files" "$4"
	fi
}

# log_progress LOG WHAT SECONDS: the last line of a log.
log_progress()
{
	printf '%s: %d s: %s' "$2" "$3" "$(tail -n 1 -- "$1" 2>/dev/null | tr -d '\r\000')"
}

# test_progress TESTS: of KTAP on stdin, everything but what the tests say of themselves
# while they run. That is the line, with how many have ended and how long the rest takes.
test_progress()
{
	awk -v tests="$1" -v width="$(tput cols 2>/dev/null || printf 80)" '
		function left(    seconds) {
			if (!ended)
				return ""
			seconds = (now() - began) * (tests - ended) / ended
			return seconds >= 100 ? sprintf(", about %d min left", (seconds + 59) / 60) : sprintf(", about %d s left", seconds)
		}
		function now(    uptime) {
			getline uptime <"/proc/uptime"
			close("/proc/uptime")
			return uptime + 0
		}
		BEGIN { began = now() }
		/^(# )*[a-z_0-9.]+: [0-9]+ s of [0-9]+, / {
			gsub(/^(# )*/, "")
			text = sprintf("test %d of %d%s: %s", ended + 1 > tests ? tests : ended + 1, tests, left(), $0)
			printf "\r%s\033[K", substr(text, 1, width - 1)
			fflush()
			next
		}
		/^(not )?ok [0-9]+ selftests: / { ended++ }
		{ printf "\r\033[K%s\n", $0; fflush() }
		END { printf "\r\033[K" }'
}

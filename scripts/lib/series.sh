# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/series.sh - runs bht-run several times, for a table of all runs. After Ctrl-C the
# table has the runs that ended before. Sourced after lib/base.sh by bht-compare and
# bht-peers. They set bht_run, the command to call, and look at `interrupted` between
# two runs.
# shellcheck disable=SC2154 # bht_run is the caller's

child=0			# process group of the running bht-run
interrupted=0		# exit status, once a signal has come
folder=''		# of the last run, if it has a result

# series_begin: from now on a signal ends the running guest, not this process.
series_begin()
{
	trap 'interrupt 130' INT
	trap 'interrupt 143' TERM
	trap 'interrupt 129' HUP
}

# interrupt STATUS: end the running guest. The caller then prints its table.
interrupt()
{
	trap '' INT TERM HUP
	interrupted=$1
	say "interrupted: showing what there is"
	((!child)) || kill -TERM -- "-$child" 2>/dev/null || true
}

# series_run NAME LOG OPTION...: one run with its output in LOG. Sets `folder`, which is
# empty when there is no result, or one by a wrong clock. Bad options end the series.
series_run()
{
	local name=$1 log=$2 status=0

	shift 2
	say "$name"
	# Job control keeps the guest from being started with SIGINT ignored.
	set -m
	"$bht_run" "$@" </dev/null >"$log" 2>&1 &
	child=$!
	set +m
	# A signal may have come before `child` was set.
	((!interrupted)) || kill -TERM -- "-$child" 2>/dev/null || true
	# A signal ends the first wait, not the child. A child that has ended is waited for,
	# too: its status is the answer.
	wait "$child" || status=$?
	while kill -0 "$child" 2>/dev/null; do
		status=0
		wait "$child" || status=$?
	done
	child=0
	((status != EXIT_USAGE || interrupted)) || fail "$EXIT_USAGE" "$name: $(tail -n 1 "$log")"
	folder=$(sed -n 's/^run folder: //p' "$log" | tail -n 1)
	if [[ -z $folder || ! -s $folder/result.json ]]; then
		folder=''
		say "$name: no result (exit $status): $(tail -n 1 "$log")"
	elif jq --exit-status '.clock.agree == false' "$folder/result.json" >/dev/null; then
		say "$name: $(jq --raw-output '.tests[] | select(.name == "clock").reason' "$folder/result.json")"
		folder=''
	fi
}

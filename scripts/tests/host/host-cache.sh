#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The cache never publishes half an entry: not after a failed producer, not
# after a killed one, not with several at once.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export XDG_CACHE_HOME=$scratch/cache
entries=$XDG_CACHE_HOME/bhtorture

# fails_halfway OUTDIR: writes one file, fails, would write another.
fails_halfway()
{
	printf half >"$1/first"
	false
	printf whole >"$1/second"
}

# counts MARK OUTDIR: leaves a line for each time that it ran.
counts()
{
	sleep 0.2
	printf 'ran\n' >>"$scratch/runs"
	printf '%s\n' "$1" >"$2/content"
}

# dawdles OUTDIR
dawdles()
{
	printf half >"$1/first"
	touch -- "$scratch/dawdling"
	exec sleep 50
}

# leftovers: true when some stay; a killed run may take a moment to clean up.
leftovers()
{
	for _ in {1..20}; do
		compgen -G "$entries/*.tmp.*" >/dev/null || return 1
		sleep 0.1
	done
	compgen -G "$entries/*.tmp.*"
}

# Bash switches errexit off below `if` and in $(...): the very callers we have.
# shellcheck disable=SC2310 # the callers are like this
if path=$(cached broken fails_halfway); then
	wrong "a failed producer was published as $path"
fi
# shellcheck disable=SC2310 # its last command is its answer
if leftovers; then
	wrong "a failed producer left the above behind"
fi

for _ in 1 2 3 4 5; do
	cached counted counts 'some text' >>"$scratch/paths" &
done
wait
expect "five runs at once did not run the producer once" \
	test "$(wc -l <"$scratch/runs")" = 1
expect "they did not agree" test "$(sort -u "$scratch/paths")" = "$entries/counted"
expect "wrong content" test "$(<"$entries/counted/content")" = 'some text'

# kill_producer SIGNAL: run a slow producer and kill all of it.
kill_producer()
{
	local group

	rm -f -- "$scratch/dawdling"
	set -m
	cached slow dawdles &
	group=$!
	set +m
	while [[ ! -e $scratch/dawdling ]]; do
		sleep 0.05
	done
	kill "-$1" -- "-$group"
	wait "$group" 2>/dev/null || true
	expect "a killed producer ($1) was published" test ! -e "$entries/slow"
}

for signal in INT TERM KILL; do
	kill_producer "$signal"
	# shellcheck disable=SC2310 # its last command is its answer
	if [[ $signal != KILL ]] && leftovers; then
		wrong "SIG$signal left the above behind"
	fi
done
cached slow counts again >/dev/null
expect "not made again after a kill" test "$(<"$entries/slow/content")" = again
# shellcheck disable=SC2310 # its last command is its answer
if leftovers; then
	wrong "the next run did not clean up"
fi
finish

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/step.sh - the steps of a command: each runs in a process group of its own, and ends the
# command when it fails. Sourced after lib/base.sh.

child=0		# process group of the running step

# step COMMAND...: run it, and end this script when it fails. It stops at its first
# command that fails: a half-built guest must not be booted. Its process group is its
# own, so that nothing stays behind when this script is told to end. (Job control also
# keeps bash from starting it with SIGINT ignored.)
step()
{
	local status=0

	set -m
	in_strict_shell "$@" </dev/null &
	child=$!
	set +m
	wait "$child" || status=$?
	child=0
	case $status in
	0) ;;
	"$EXIT_USAGE" | "$EXIT_ENVIRONMENT" | 12[4-9] | 1[3-9]? | 2??) exit "$status" ;;
	# What failed has said so itself. Its status is no verdict.
	*) environment_error "the step '$1' failed with exit status $status" ;;
	esac
}

# interrupted SIGNAL: end the running step with all its processes, then us.
interrupted()
{
	trap '' INT TERM HUP
	say "interrupted by SIG$1"
	if ((child)); then
		kill -TERM -- "-$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
		kill -KILL -- "-$child" 2>/dev/null || true
	fi
	exit $((128 + $(kill -l "$1")))
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# expect.sh - what the suite's own tests share: running a command, stating what
# must come out of it, scratch space. Sourced by scripts/tests/*/*.sh.

set -euo pipefail

# shellcheck source=scripts/lib/base.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/base.sh"
cd -- "$bht_top"

# A folder for the test's own files, gone when it ends. Of a test that failed, the
# log keeps the last words of the guests: what ended one may not happen again.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/bht-test.XXXXXX")
trap leave_scratch EXIT
leave_scratch()
{
	local code=$? console

	# A test that ends without finish() has not passed for that.
	if ((code == EXIT_PASS && ${failures:-0})); then
		code=$EXIT_FAIL
	fi
	if ((code == EXIT_FAIL)); then
		while read -r console; do
			printf '== %s\n' "$console"
			tr -d '\r' <"$console" | last_words
		done < <(find "$scratch" -type f -name console.log)
	fi
	rm -rf -- "$scratch"
	exit "$code"
}

# last_words: of a console log. A guest that crashed or was asked by NMI says at length
# where each CPU was: without the registers, the code and what may be on the stack.
last_words()
{
	awk '/Kernel panic|NMI received|soft lockup|detected stalls|BUG:|Oops/ { found = 1 }
		!found { before[NR % 10] = $0; next }
		/Code: |R[0-9A-Z]+: [0-9a-f]+|\] +\? |PKRU|Hardware name/ && !/RIP: / { next }
		shown++ < 90
		END { for (i = NR + 1; !found && i <= NR + 10; i++) print before[i % 10] }'
}

# What `make check TESTS=...` was given is not for the makes that a test runs.
unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL

failures=0
output=''		# stdout and stderr of the last run
status=0		# its exit status
started=0		# pid of the last start

# run COMMAND...: run it, keep its output and status for the expectations.
run()
{
	status=0
	output=$("$@" 2>&1 </dev/null) || status=$?
	printf '$ %s\n%s\n(exit %d)\n' "$*" "$output" "$status"
}

# start COMMAND...: in the background, in a process group of its own, where SIGINT
# is not ignored. It ends with this test, however that ends: bht-check can only end
# this test's group.
start()
{
	printf '$ %s &\n' "$*"
	: >"$scratch/started.log"
	# guest_is_ready is about this one.
	rm -f -- "$scratch/runs/latest"
	set -m
	setpriv --pdeathsig TERM -- "$@" >"$scratch/started.log" 2>&1 </dev/null &
	set +m
	started=$!
}

# await: let what was started end; its output and status are for expectations.
await()
{
	status=0
	wait "$started" || status=$?
	output=$(<"$scratch/started.log")
	printf '%s\n(exit %d)\n' "$output" "$status"
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds.
wait_for()
{
	local until=$((SECONDS + $1))

	shift
	while ! "$@"; do
		if ((SECONDS >= until)); then
			wrong "not within its time: $*"
			return
		fi
		sleep 0.2
	done
}

# wrong TEXT...: note a failed expectation; the test goes on.
wrong()
{
	printf 'FAILED: %s\n' "$*"
	failures=$((failures + 1))
}

# expect_status STATUS...: the last run ended with one of them.
expect_status()
{
	local allowed

	for allowed in "$@"; do
		((status != allowed)) || return 0
	done
	wrong "exit status $status, expected $*"
}

# expect_output REGEX: the last run's output has a line that matches.
expect_output()
{
	grep -qE -- "$1" <<<"$output" || wrong "no line of the output matches: $1"
}

expect_no_output()
{
	[[ -z $output ]] || wrong "output where none was expected: $output"
}

# expect_lines N: the last run printed exactly N lines.
expect_lines()
{
	local lines=0

	[[ -z $output ]] || lines=$(wc -l <<<"$output")
	((lines == $1)) || wrong "$lines lines of output, expected $1"
}

# expect WHAT COMMAND...: COMMAND succeeds.
expect()
{
	local what=$1

	shift
	"$@" || wrong "$what"
}

# is_running PID: it exists and has not ended (init may be slow to notice).
is_running()
{
	[[ -e /proc/$1/stat && $(sed 's/.*) //' "/proc/$1/stat") != Z* ]]
}

# refuse WHAT COMMAND...: COMMAND says no: it exits with 1. A file that is missing is no
# answer (grep exits with 2).
refuse()
{
	local what=$1 answer=0

	shift
	"$@" || answer=$?
	((answer == 1)) || wrong "$what${answer:+ (exit status $answer of: $*)}"
}

# refused EXPECTED OPTION...: bht-run exits 2 with one line.
refused()
{
	local expected=$1

	shift
	run scripts/bht-run --runs-dir "$scratch/runs" "$@"
	expect_status 2
	expect_lines 1
	expect_output "$expected"
	refuse "something was started" test -e "$scratch/runs"
}

# skip REASON...: end the test as skipped.
skip()
{
	printf '%s\n' "$*"
	exit "$EXIT_SKIP"
}

# finish: the last line of every test.
finish()
{
	((failures == 0)) || exit "$EXIT_FAIL"
	exit "$EXIT_PASS"
}

# kernel_field FIELD [KERNEL]: one value of `bht-kernel path`.
kernel_field()
{
	scripts/bht-kernel path "${2:-distro}" | sed -n "s/^$1=//p"
}

# source_files [PATHSPEC...]: print the project's files, those not yet committed
# included, ignored ones not.
source_files()
{
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard -- "$@" |
			while read -r file; do
				[[ ! -f $file ]] || printf '%s\n' "$file"
			done
	else
		skip "not a git checkout"
	fi
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-check itself: which tests it chooses, how it counts them, and that neither
# a test that hangs nor what a test leaves running outlives it.
# time-limit: 90

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

mkdir -p -- "$scratch/tests/"{host,vm,long}
export BHT_TESTS_DIR=$scratch/tests BHT_CHECK_LOGS=$scratch/logs

# test_file FOLDER/NAME HEADER BODY
test_file()
{
	printf '#!/bin/bash\n%s\n\n%s\n' "$2" "$3" >"$scratch/tests/$1.sh"
}

check()
{
	run scripts/bht-check --jobs 1 "$@"
}

limit='# time-limit: 10'
# has_ended: what wrote its number to $scratch/pid.
has_ended()
{
	[[ -s $scratch/pid ]] && ! is_running "$(<"$scratch/pid")"
}

test_file host/host-good "$limit" 'echo fine'
test_file vm/vm-good "$limit" 'echo fine'
test_file host/host-skipped "$limit" 'echo "no such device"; exit 4'
test_file long/vm-long "$limit" 'echo long'

check
expect_status 0
expect_output '^ok 1 host-good '
expect_output '^ok 2 host-skipped # SKIP no such device$'
expect_output '^ok 3 vm-good '
expect "closing line" test "$(tail -n 1 <<<"$output")" = '2 passed, 0 failed, 1 skipped'
check --all
expect_output '^3 passed, 0 failed, 1 skipped$'
check --tests 'good'
expect_output '^2 passed, 0 failed, 0 skipped$'
check --tests 'vm-g*'
expect_output '^1 passed, 0 failed, 0 skipped$'
check --tests 'long'
expect_output '^1 passed, 0 failed, 0 skipped$'
# A long one that shares a glob with others is left out, and named.
test_file long/vm-good-long "$limit" 'echo long'
check --tests '*good*'
expect_output '^bht-check: not run: vm-good-long, which takes long '
expect_output '^2 passed, 0 failed, 0 skipped$'
check --all --tests '*good*'
expect_output '^3 passed, 0 failed, 0 skipped$'
check --tests '*-long'
expect_output '^2 passed, 0 failed, 0 skipped$'
rm -- "$scratch/tests/long/vm-good-long.sh"
check --tests 'good nope*'
expect_status 2
expect_output "no test matches 'nope\*'"
expect_lines 1
check --list
expect_lines 3

# Each of two waits for the other: only both at once can pass.
for other in one:two two:one; do
	test_file "host/host-meets-${other%:*}" '# time-limit: 3' \
		"touch $scratch/${other%:*}; until [[ -e $scratch/${other#*:} ]]; do sleep 0.1; done"
done
check --tests 'meets-*' --jobs 2
expect_output '^2 passed, 0 failed, 0 skipped$'
rm -- "$scratch/one" "$scratch/two"
check --tests 'meets-*'
expect_output '^1 passed, 1 failed, 0 skipped$'
rm -- "$scratch"/tests/host/host-meets-*
check --jobs 0
expect_status 2
expect_output "bad --jobs '0'"
expect_lines 1

# What a test needs is asked for when the test is chosen.
test_file host/host-needs "$limit"$'\n# needs: no-such-group' 'true'
check --tests good
expect_status 0
check --tests needs
expect_status 2
expect_output "unknown group 'no-such-group'"
rm -- "$scratch/tests/host/host-needs.sh"

# What a test has found wrong counts, whether it calls finish() or not.
test_file host/host-bad "$limit" "source '$PWD/scripts/tests/expect.sh'; wrong 'it is so'; true"
check --tests bad
expect_status 1
expect_output 'FAILED: it is so'
# What was wrong is told first, however much the guests said after it.
test_file host/host-bad "$limit" "source '$PWD/scripts/tests/expect.sh'; wrong 'it is so'; seq 200"
check --tests bad
expect_output '^# \| FAILED: it is so$'

test_file host/host-bad "$limit" 'echo "reason of it"; exit 7'
check
expect_status 1
expect_output '^not ok 1 host-bad .*exit 7'
expect_output 'reason of it'
expect_output '^2 passed, 1 failed, 1 skipped$'

check --failed
expect_status 1
expect_output '^1\.\.1$'
expect_output '^not ok 1 host-bad '
check --failed --tests good
expect_status 0
expect_output 'none of these tests failed'
check --tests good
expect_output '^ok 1 host-good # [0-9.]+ s \(before: [0-9.]+ s\)$'
check --list
expect_output '^host-bad +needs: nothing +last: failed, '
test_file host/host-bad "$limit" 'true'
check --failed
expect_status 0
expect_output '^1 passed, 0 failed, 0 skipped$'

# Tests run programs that they have made, also where /tmp forbids that, or has a blank.
# shellcheck disable=SC2016 # for the test
test_file host/host-bad "$limit" 'file=$(mktemp -d)/program; printf "#!/bin/sh\n" >"$file"; chmod +x "$file"; "$file"'
mkdir -- "$scratch/a b"
run env TMPDIR="$scratch/a b" BHT_BUILD="$scratch/build" scripts/bht-check --tests bad
expect_status 0
expect_output "no program can run in $scratch/a b: the tests use $scratch/build/tmp"
if ((EUID == 0)) && unshare --mount true 2>/dev/null; then
	mkdir -- "$scratch/noexec"
	# shellcheck disable=SC2016 # for the shell that is started
	run env BHT_BUILD="$scratch/build" unshare --mount bash -c \
		'mount -t tmpfs -o noexec tmpfs "$1" && TMPDIR=$1 scripts/bht-check --tests bad' check "$scratch/noexec"
	expect_status 0
	expect_output "no program can run in $scratch/noexec: the tests use $scratch/build/tmp"
fi

test_file host/host-bad '# time-limit: 1' "sleep 47 & echo \$! >$scratch/pid; wait"
check --tests bad
expect_status 1
expect_output 'time limit of 1 s'
refuse "a hanging test left a process" is_running "$(<"$scratch/pid")"
test_file host/host-bad "$limit" "sleep 47 & echo \$! >$scratch/pid"
check --tests bad
expect_status 0
refuse "a finished test left a process" is_running "$(<"$scratch/pid")"
# What a test starts by start() has a group of its own, and ends with the test.
started="source $bht_top/scripts/tests/expect.sh; start bash -c 'echo \$\$ >$scratch/pid; exec sleep 47'; sleep 47"
test_file host/host-bad '# time-limit: 2' "$started"
check --tests bad
expect_output 'time limit of 2 s'
wait_for 5 has_ended
test_file host/host-bad '# no limit' 'true'
check --tests bad
expect_status 1
expect_output 'time-limit'

# Ctrl-C must reach a test as it reaches a person's own commands, and end it.
test_file host/host-bad "$limit" "trap 'exit 0' INT; kill -INT \$\$; sleep 5; exit 1"
check --tests bad
expect_status 0
for body in "echo \$\$ >$scratch/pid; exec sleep 47" "$started"; do
	test_file host/host-bad "$limit" "$body"
	rm -f -- "$scratch/pid"
	set -m
	scripts/bht-check --tests bad >"$scratch/interrupted" 2>&1 &
	checker=$!
	set +m
	while [[ ! -s $scratch/pid ]]; do
		sleep 0.1
	done
	kill -INT "$checker"
	status=0
	wait "$checker" || status=$?
	expect_status 130
	wait_for 5 has_ended
done
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Where things go: a checkout that cannot be written, no HOME, a relative XDG_CACHE_HOME,
# blanks in paths. All of it works, or is one line and exit 3.
# time-limit: 300

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# A checkout of root's, and a folder of nobody's: root itself can write anywhere.
((EUID == 0)) || skip "needs root, to be somebody else"
checkout=$scratch/checkout
mkdir -p -- "$checkout" "$scratch/nobody"
cp -r -- Makefile README.md module scripts selftests traces "$checkout/"
chmod -R go+rX "$scratch"
chown nobody -- "$scratch/nobody"

# as_nobody [NAME=VALUE]... COMMAND...: with nothing else in its environment.
as_nobody()
{
	run env --chdir="$checkout" --ignore-environment "PATH=$PATH" \
		setpriv --reuid=nobody --regid=nogroup --clear-groups env "$@"
}

# places [NAME=VALUE]...: where runs and downloads would go.
places()
{
	# shellcheck disable=SC2016 # for the shell that is started
	as_nobody "$@" bash -c 'source scripts/lib/base.sh; printf "build: %s\ncache: %s\n" "$bht_build" "$(cache_dir)"'
}

key=$(cksum <<<"$checkout" | cut -d ' ' -f 1)
places HOME="$scratch/nobody"
expect_status 0
expect_output "^build: $scratch/nobody/.local/state/bhtorture/build-$key\$"
expect_output "^cache: $scratch/nobody/.cache/bhtorture\$"
places HOME=/nonexistent XDG_STATE_HOME="$scratch/nobody/s" XDG_CACHE_HOME="$scratch/nobody/c"
expect_output "^build: $scratch/nobody/s/bhtorture/build-$key\$"
expect_output "^cache: $scratch/nobody/c/bhtorture\$"
# Not absolute: ignored, as its specification says.
places HOME="$scratch/nobody" XDG_CACHE_HOME=c XDG_STATE_HOME=s
expect_output "^build: $scratch/nobody/.local/state/bhtorture/build-$key\$"
expect_output "^cache: $scratch/nobody/.cache/bhtorture\$"
# Without HOME, it is passwd's.
# shellcheck disable=SC2016 # for the shell that is started
run env --chdir="$checkout" --ignore-environment "PATH=$PATH" \
	setpriv --reuid=daemon --regid=daemon --clear-groups bash -c 'source scripts/lib/base.sh; home_dir'
expect_status 0
expect "daemon's home is $output" test "$output" = "$(getent passwd daemon | cut -d : -f 6)"
places HOME="$scratch/nobody" BHT_BUILD="$scratch/nobody/../nobody/b"
expect_output "^build: $scratch/nobody/b\$"

# run_as_nobody EXPECTED [NAME=VALUE]...: a run is refused with this line.
run_as_nobody()
{
	local expected=$1

	shift
	as_nobody "$@" scripts/bht-run --tests convict
	expect_status 3
	expect_lines 1
	expect_output "^bht-run: $expected"
}

# Of nobody, getent says /nonexistent.
run_as_nobody 'cannot make the cache folder /nonexistent/.cache/bhtorture: set XDG_CACHE_HOME'
run_as_nobody 'cannot write to /proc/b: set BHT_BUILD' BHT_BUILD=/proc/b HOME="$scratch/nobody"
run_as_nobody "the kernel's makefiles cannot work in '$scratch/nobody/a b/bhtorture': a space" \
	HOME="$scratch/nobody" XDG_CACHE_HOME="$scratch/nobody/a b"
run_as_nobody "the kernel's makefiles cannot work in '$scratch/nobody/a b': a space" \
	HOME="$scratch/nobody" BHT_BUILD="$scratch/nobody/a b"

# A kernel below the home of somebody without HOME is looked for in passwd's.
# shellcheck disable=SC2088 # bht-run expands it
as_nobody XDG_CACHE_HOME="$scratch/nobody/c" BHT_BUILD="$scratch/nobody/b" scripts/bht-run --kernel '~/linux'
expect_status 2 3
expect_output "/nonexistent/linux"

# All that was asked for is whatever can be listed; nothing is installed for it.
as_nobody HOME="$scratch/nobody" scripts/bht-kernel list
expect_status 0
expect_output '^distro'
expect_output '	all of it$'
refuse "set-up was asked" grep -q 'bht-setup' <<<"$output"

# And a test that needs nothing passes there.
as_nobody HOME="$scratch/nobody" scripts/bht-check --tests host-lib
expect_status 0
expect_output '^1 passed, 0 failed, 0 skipped$'
finish

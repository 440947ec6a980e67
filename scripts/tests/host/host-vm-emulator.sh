#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A QEMU whose TCG executes code that is being patched wrongly is replaced by one
# from the cache; any other is taken as it is, and so is this one when there is none.
# time-limit: 180

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export XDG_CACHE_HOME=$scratch/cache
PATH=$scratch/bin:$PATH
mkdir "$scratch/bin"

# fake FILE WORDS: a program that says WORDS and nothing else.
fake()
{
	mkdir -p -- "$(dirname -- "$1")"
	printf '#!/bin/bash\necho %q\n' "$2" >"$1"
	chmod +x "$1"
}

# found: what is run, with a fetch that $fetch stands for.
found()
{
	# shellcheck disable=SC2016 # for that shell
	run env "fetch=$fetch" bash -c 'set -euo pipefail
		source scripts/lib/base.sh
		source scripts/lib/progress.sh
		source scripts/lib/apt.sh
		source scripts/vm/emulator.sh
		eval "fetch_emulator() { $fetch; }"
		find_emulator'
}

installed=$scratch/bin/qemu-system-x86_64
newer=$scratch/newer/bin/qemu-system-x86_64
fetch='exit 9'
for version in 8.1.0 10.0.2 '11.0.50 (v11)'; do
	fake "$installed" "QEMU emulator version $version"
	found
	expect_status 0
	expect "found $output" test "$output" = "$installed"
done
fake "$installed" 'nothing that looks like a version'
found
expect "found $output" test "$output" = "$installed"

# Not to be had: said once, not asked for again.
fake "$installed" 'QEMU emulator version 7.2.22 (Debian)'
fetch='echo asked >>'$scratch/asked'; exit 3'
found
expect_status 0
expect_output 'QEMU 7.2.22 may hang guests'
found
expect "found $output" test "$output" = "$installed"
expect "asked again" test "$(wc -l <"$scratch/asked")" = 1

# fetched_on LINE...: ask for a newer QEMU on a system that says so in its os-release.
fetched_on()
{
	printf '%s\n' "$@" >"$scratch/os-release"
	# shellcheck disable=SC2016 # for that shell
	run env "BHT_OS_RELEASE=$scratch/os-release" bash -c 'set -euo pipefail
		source scripts/lib/base.sh
		source scripts/lib/progress.sh
		source scripts/lib/apt.sh
		source scripts/vm/emulator.sh
		private_sources() { printf "asked: %s\n" "$*"; exit 5; }
		fetch_emulator'
}

# It is asked for in the release's own backports.
fetched_on ID=debian 'VERSION_CODENAME="bookworm"'
expect_status 5
expect_output '^asked: backports bookworm-backports$'

# Other distributions have no such backports, whether apt is there or not.
fetched_on ID=ubuntu VERSION_CODENAME=jammy
expect_status 3
expect_lines 1
expect_output 'no newer QEMU from its backports: BHT_QEMU= names one$'

# Fetched once, then known.
rm "$scratch/cache/bhtorture/emulator/failed"
fake "$newer" 'QEMU emulator version 10.0.2'
fetch='echo asked >>'$scratch/asked'; echo '$scratch/newer
found
expect "found $output" test "$output" = "$newer"
found
expect "found $output" test "$output" = "$newer"
expect "asked again" test "$(wc -l <"$scratch/asked")" = 2

# One that somebody has deleted from the cache.
rm -r "$scratch/newer"
found
expect "not asked again" test "$(wc -l <"$scratch/asked")" = 3

export BHT_QEMU=$scratch/bin/mine
found
expect_status 2
expect_output "bad BHT_QEMU '$BHT_QEMU': no such program"
fake "$BHT_QEMU" ''
found
expect "found $output" test "$output" = "$BHT_QEMU"
finish

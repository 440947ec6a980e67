#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Whose lib.mk, harness and runner the selftests are built with: the kernel's own,
# unless they lack something, whatever its version; then the distribution's.
# time-limit: 300
# needs: build fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly tree=$scratch/linux
readonly folder=$tree/tools/testing/selftests
distribution=$(kernel_field source)

# value KEY: from the last run's output.
value()
{
	sed -n "s/^$1=//p" <<<"$output"
}

# A tree that was built, with as much of an image as is looked at: its header.
mkdir -p -- "$tree"/{mm,arch/x86/boot} "$folder/kselftest"
touch -- "$tree"/{.config,Kconfig,Module.symvers,mm/migrate.c}
{
	head -c 514 /dev/zero
	printf 'HdrS\0\0\0\0\0\0\0\0\0\1'
	head -c 240 /dev/zero
	printf '5.2.1-old (bht@bhtorture)\0'
} >"$tree/arch/x86/boot/bzImage"
cp -- "$distribution/tools/testing/selftests"/{lib.mk,kselftest_harness.h,run_kselftest.sh} "$folder/"
cp -- "$distribution/tools/testing/selftests/kselftest/runner.sh" "$folder/kselftest/"

# path_is WHICH: the tree's kselftest is taken from there.
path_is()
{
	run scripts/bht-kernel path "$tree"
	expect_status 0
	expect "kselftest=$(value kselftest), expected $1" test "$(value kselftest)" = "$1"
	expect "source=$(value source)" test "$(value source)" = "$tree"
}

# Old by its version, new by its files.
path_is "$tree"

# lacks WHAT: the distribution's is taken, and it is said why.
lacks()
{
	path_is "$distribution"
	expect_output "the kselftest of $tree is too old \\($1\\): using the distribution's\$"
}

# 5.2's harness has fixtures, but no variants of them.
sed -i '/define FIXTURE_VARIANT_ADD/d' "$folder/kselftest_harness.h"
lacks "no 'define FIXTURE_VARIANT_ADD\\(' in kselftest_harness.h"
cp -- "$distribution/tools/testing/selftests/kselftest_harness.h" "$folder/"
path_is "$tree"
# 5.9 writes the runner's script when it installs.
rm -- "$folder/run_kselftest.sh"
lacks 'no run_kselftest.sh'
# 5.0 has nothing of all that.
rm -r -- "${folder:?}/kselftest" "$folder/lib.mk"
lacks 'no lib.mk'

# Into such a tree the suite cannot be installed.
printf 'all:\n' >"$folder/lib.mk"
run scripts/bht-install-kselftest "$tree"
expect_status 2
expect_lines 1
expect_output "too old .*make -C selftests .*KSRC="
refuse "something was installed" test -e "$folder/bhtorture"
rm -rf -- "${XDG_CACHE_HOME:-$HOME/.cache}/bhtorture/kernels/built-5.2.1-old"-*
finish

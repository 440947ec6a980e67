#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# `make -C selftests run_tests` where the running kernel refuses modules: one skip, with the
# reason and what watches without one, before anything is built. Else it goes on.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

live=$scratch/live
mkdir -p -- "$live"/proc/sys/kernel "$live"/sys/kernel/security "$live"/sys/module/module/parameters
disabled=$live/proc/sys/kernel/modules_disabled
lockdown=$live/sys/kernel/security/lockdown
enforce=$live/sys/module/module/parameters/sig_enforce
signed=$scratch/signed.ko
printf 'code~Module signature appended~\n' >"$signed"
printf 'code\n' >"$scratch/unsigned.ko"

run_tests()
{
	run env BHT_LIVE_ROOT="$live" make -C selftests run_tests OUTPUT="$scratch/out" KSRC=/nowhere "$@"
}

# skips REASON VARIABLE...
skips()
{
	run_tests "${@:2}"
	expect_status 0
	expect "more or less than one skip" test "$(grep -c SKIP <<<"$output")" = 1
	expect_output "^1\\.\\.0 # SKIP this kernel refuses modules \\($1\\): bht-watch of traces/watch watches it without one\$"
	refuse "something was built" test -e "$scratch/out"
}

goes_on()
{
	run_tests "$@"
	expect_status 2
	expect_output '/nowhere'
	refuse "skipped" grep SKIP <<<"$output"
}

skips 'it has no CONFIG_MODULES'
echo 1 >"$disabled"
skips 'kernel\.modules_disabled is 1'
echo 0 >"$disabled"
goes_on
echo '[none] integrity confidentiality' >"$lockdown"
echo N >"$enforce"
goes_on
echo Y >"$enforce"
skips 'module\.sig_enforce is Y, and it is not signed'
skips 'module\.sig_enforce is Y, and it is not signed' BHT_MODULE_KO="$scratch/unsigned.ko"
goes_on BHT_MODULE_KO="$signed"
echo N >"$enforce"
echo 'none [integrity] confidentiality' >"$lockdown"
skips 'lockdown=integrity, and it is not signed'
goes_on BHT_MODULE_KO="$signed"
# What is only built or packed goes elsewhere.
run env BHT_LIVE_ROOT="$live" make -C selftests list
expect_status 0
refuse "skipped" grep SKIP <<<"$output"
finish

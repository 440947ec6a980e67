#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Where modules are refused (lockdown=integrity), the selftests skip with the reason and
# point at bht-watch, and that watches a busy ext4. Under lockdown=confidentiality it says
# that it cannot.
# time-limit: 400
# needs: run watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	mount -t securityfs securityfs /sys/kernel/security
	cat /sys/kernel/security/lockdown
	BHT_DURATION=2 BHT_ONLY="*.direct" ./compaction
	bht-watch --duration 1000 --fail-if "migrations<20" >/results/watch.txt 2>&1 &
	watch=$!
	until grep -q "bht-watch: watching" /results/watch.txt; do
		kill -0 $watch || break
		sleep 0.1
	done
	BHT_DURATION=8 ./ext4_load 2048
	kill -INT $watch; wait $watch; echo "status watch $?"
	cat /results/watch.txt
	echo 1 >/proc/sys/kernel/modules_disabled
	BHT_DURATION=2 BHT_ONLY="*.direct" ./compaction
	echo confidentiality >/sys/kernel/security/lockdown
	bht-watch --duration 1; echo "status confidentiality $?"
'

run scripts/bht-run --append 'lockdown=integrity' --runs-dir "$scratch/runs" --command "$in_guest"
expect_status 0
expect_output '\[integrity\]'
expect_output 'SKIP.*refuses modules \(lockdown=integrity, .*\): bht-watch'
expect_output 'SKIP.*refuses modules \(kernel.modules_disabled is 1\): bht-watch'
expect_output '^status watch 0$'
expect_output '^verdict: clean '
expect_output '^bht-watch: this kernel is locked down \(lockdown=confidentiality\)'
expect_output '^status confidentiality 3$'
finish

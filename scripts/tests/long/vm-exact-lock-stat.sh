#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# TRACE=exact misses no hold of private_lock, whoever takes it: under one load it sees as many
# acquisitions as a kernel with CONFIG_LOCK_STAT counts itself. Not one more, not one less.
# time-limit: 3600
# needs: run kernel trace

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# A torture, and blocks that are written, synced and dropped: by functions that are no lookups.
# The guest is quiet when the counting begins and ends.
# shellcheck disable=SC2016 # for the guest
readonly in_guest='
	modprobe -q brd rd_size=16384
	sync; sleep 1
	echo 0 >/proc/lock_stat
	BHT_DURATION=1 BHT_ONLY=move_pages.block_1024 ./move_pages || exit
	for i in 1 2 3; do
		dd if=/proc/kallsyms of=/dev/ram0 bs=1024 count=8192 2>/dev/null
		sync
		echo 3 >/proc/sys/vm/drop_caches
	done
	sleep 1
	cat /proc/lock_stat >/results/lock_stat'

run scripts/bht-run --kernel 6.1:debug --mode command --accel icount --seed 3 --trace exact \
	--command "$in_guest" --runs-dir "$scratch/runs"
expect_status 0
results=$scratch/runs/latest/results
# CLASS: con-bounces contentions wait-min wait-max wait-total wait-avg acq-bounces ACQUISITIONS
counted=$(awk '$1 ~ /private_lock:$/ { print $9 }' "$results/lock_stat")
seen=$(<"$results/exact.lock_stat")
say "acquisitions of private_lock: $seen seen from outside, $counted counted by the kernel"
expect "$seen seen, $counted counted" test "$seen" -eq "$counted" -a "$counted" -gt 1000
finish

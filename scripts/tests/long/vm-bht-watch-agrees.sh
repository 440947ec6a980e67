#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch beside the module at the full rate of move_pages: within 0.1 % the same counts,
# nothing lost, and its memory is the same at the end as after the first quarter. On the
# distribution's kernel and on 7.3, which has BH_Migrate.
# BHT_WATCH_SECONDS: so long, of the guest's time (default 60; 1800 for half an hour).
# BHT_WATCH_KERNELS: on these (default: distro 7.3:btf).
# time-limit: 7200
# needs: run kernel watch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/watch.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../watch.sh"

readonly seconds=${BHT_WATCH_SECONDS:-60}
read -r -a kernels <<<"${BHT_WATCH_KERNELS:-distro 7.3:btf}"

# shellcheck disable=SC2016 # for the guest
readonly in_guest=$start_watch'
	start_watch /results/watch.txt --duration 100000 --interval 5 --lookups always \
		--json /results/watch.json || exit 77
	# What the process has, in KiB, and its maps in the kernel, in bytes. VmRSS would be
	# late: a task adds its page faults to it 64 at a time (sync_mm_rss()).
	while sleep 5; do
		rss=$(sed -n "s/^Rss: *\([0-9]*\) kB/\1/p" /proc/$watch/smaps_rollup)
		maps=$(cat /proc/$watch/fdinfo/* | awk "/^memlock:/ { n += \$2 } END { print n }")
		echo "$rss $maps"
	done >/results/memory.txt &
	sampler=$!
	BHT_DURATION=$SECONDS_OF_LOAD BHT_ONLY="move_pages.block_1024" ./move_pages >/results/module.log 2>&1
	kill $sampler
	kill -INT $watch
	wait $watch
	echo "status $?"'

for kernel in "${kernels[@]}"; do
	run scripts/bht-run --kernel "$kernel" --runs-dir "$scratch/runs" --timeout $((seconds * 40 + 600)) \
		${BHT_WATCH_ACCEL:+--accel "$BHT_WATCH_ACCEL"} --command "SECONDS_OF_LOAD=$seconds; $in_guest"
	expect_output '^status 0$'
	results=$scratch/runs/latest/results
	sed -n '1,6p; /^duration/,$p' "$results/watch.txt"
	# shellcheck disable=SC2016 # for jq
	expect_counts "$results/module.log" "$results/watch.json" '
		(.watch.all.moved - $ours.migrations | fabs) <= $ours.migrations / 1000 and
		.watch.judged == .watch.all.moved and .watch.verdict == "clean"'
	printf 'memory: '
	paste -s -d , "$results/memory.txt"
	# shellcheck disable=SC2016 # for awk
	expect "its memory grows" awk '
		{ rss[NR] = $1; maps[NR] = $2 }
		END {
			early = int(NR / 4) + 1
			exit !(NR >= 4 && maps[NR] == maps[early] && rss[NR] <= rss[early] + 64)
		}' "$results/memory.txt"
done
finish

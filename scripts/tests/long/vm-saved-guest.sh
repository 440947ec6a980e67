#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# It does not show whether, or when, a guest was saved before it took its order: each one that
# was saved at another moment goes on as one that was not. (Until it was made to be idle before
# its second CPU came, 4 of 54 were other runs.)
# time-limit: 3000

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

readonly saves=16
# Two CPUs that are busy, and the time at which they are.
# shellcheck disable=SC2016 # for the guest
readonly order='export BHT_WHAT=both' command='
	(while :; do :; done) &
	for i in 1 2 3 4 5 6 7 8; do
		grep cpu /proc/stat
		cat /proc/uptime
		echo "$BHT_WHAT $i" >/dev/kmsg
	done
	kill $!'
guest=(--accel icount --command "$command")

boot "${guest[@]}" --order "$order" --run "$scratch/whole"
expect_status 0
for ((i = 1; i <= saves; i++)); do
	boot "${guest[@]}" --save --run "$scratch/saved"
	expect_status 0
	boot "${guest[@]}" --from "$scratch/saved" --order "$order" --run "$scratch/resumed"
	expect_status 0
	for log in ktap.log console.log; do
		expect "save $i: $log differs" cmp "$scratch/whole/$log" "$scratch/resumed/$log"
	done
	rm -rf -- "$scratch/saved" "$scratch/resumed"
done
finish

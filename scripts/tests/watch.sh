# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2016 # for the tests that source this; for the guest
#
# watch.sh - what the tests of bht-watch share: to begin one in the guest, and to compare what
# it has counted with the module's own count of the same load. Sourced after expect.sh.

# In the guest: start_watch FILE OPTION...: in the background, until it watches; its pid is in
# $watch. Where it cannot, FILE says why.
readonly start_watch='
	start_watch()
	{
		file=$1
		shift
		bht-watch "$@" >$file 2>&1 &
		watch=$!
		until grep -q "bht-watch: watching" $file; do
			kill -0 $watch || return
			sleep 0.1
		done
	}
'

# expect_counts LOG JSON CONDITION: what the module has said in LOG of move_pages.block_1024, as
# $ours, and what the watch has written into JSON fulfil the condition (jq).
expect_counts()
{
	local module

	module=$(sed -n 's/^# bhtorture: \({"name":"move_pages.block_1024".*\)/\1/p' "$1")
	printf '%s\n' "${module:0:300}"
	expect "the counts differ" jq --exit-status --argjson ours "$module" \
		"(\$ours.migrations > 500 and .watch.lost == 0 and .watch.not_judged == 0) and ($3)" "$2"
}

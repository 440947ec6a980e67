#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The data race detector is silent on a sound kernel, in the kernel and in the module. (Should
# it find what upstream knows of: a record in result/badness, with the reason.) That it looks
# is shown by a copy of the suite whose threads all count in one place.
# time-limit: 7200
# needs: run build

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# detect SUITE FOLDER TESTS: prints the races of a run, a line each.
detect()
{
	run "$1/scripts/bht-run" --kernel 7.3:kcsan --runs-dir "$2" --duration 20 --timeout 3000 \
		--seed 1 --tests "$3"
	expect "the detector is not armed" grep 'kcsan: enabled early' "$2/latest/console.log"
	races=$(jq --raw-output '.console.problems[].text' "$2/latest/result.json" | sort | uniq -c)
}

detect . "$scratch/runs" 'move_pages convict watch_ext4 filesystems'
[[ -z $races ]] || wrong "$races"
# The detector is slow: not every test reaches its floors.
expect "nothing migrated" jq -e 'all(.tests[]; .result != "fail") and
	any(.tests[]; .name == "move_pages.block_1024" and .migrations > 0)' \
	"$scratch/runs/latest/result.json"

git clone --quiet . "$scratch/broken"
sed -i -e 's,ht->counters\.references_judged++,ht->torture->hammer->thread[0].counters.references_judged++,' \
	-e 's,#include "judge/reference.h",#include "hammer/threads.h"\n&,' \
	"$scratch/broken/module/judge/reference.c"
detect "$scratch/broken" "$scratch/broken-runs" convict
grep -q '\[bhtorture\]' <<<"$races" || wrong "a race in the module is not seen: $races"
finish

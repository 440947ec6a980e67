#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The data race detector finds no race in the module's own functions. What it finds in the
# kernel's is not ours to judge here. That it looks at the module at all is shown by a
# copy of the suite whose threads all count in one place.
# time-limit: 7200
# needs: run build

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# detect SUITE FOLDER TESTS: races in the module of that suite, a line each. Under emulation
# there are few accesses a second: with the detector's own choice, one of 4,000 watched for
# 80 us, it saw nothing in 33,000 lookups of the copy.
detect()
{
	run "$1/scripts/bht-run" --kernel 6.1:kcsan --runs-dir "$2" --duration 30 --timeout 3000 \
		--append 'kcsan.early_enable=1 kcsan.skip_watch=400 kcsan.udelay_task=300' \
		--allow-console 'BUG: KCSAN: ' --tests "$3"
	expect "the detector is not armed" grep 'kcsan: enabled early' "$2/latest/console.log"
	races=$(grep 'BUG: KCSAN: .*\[bhtorture\]' "$2/latest/console.log" |
		sed 's/.*BUG: //' | sort | uniq -c || true)
}

detect . "$scratch/runs" 'move_pages convict watch_ext4 oracle_stuck oracle_state_leak'
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
[[ $races ]] || wrong "a race in the module is not seen"
finish

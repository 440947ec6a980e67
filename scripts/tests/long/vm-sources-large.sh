#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The sources of migration that want a large piece of memory, or a certain one: each
# moves folios, on its own, and convicts a kernel that loses updates on the way.
# time-limit: 1200
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# Not those that have large folios, or a filesystem.
hammered='compaction.global compaction.per_node compaction.direct compaction.kcompactd thp.*
	hugetlb* memory_offline cma.area cma.gigantic'
hammered=${hammered//[$'\n\t']/ }

sources() # OPTION...
{
	run scripts/bht-run --runs-dir "$scratch" \
		--tests 'compaction thp hugetlb memory_offline cma' --env "BHT_ONLY=$hammered" "$@"
	result=$scratch/latest/result.json
}

# the_tests EXPRESSION: true of each, but for what the kernel does not have: CMA.
the_tests()
{
	expect "not so for each test: $1" jq --exit-status \
		"[.tests[] | select(.name != \"cma.area\") | $1] | all and length >= 9" "$result"
}

sources --duration 5
expect_status 0
the_tests '.result == "pass" and .migrations >= 10 * .seconds'
expect "no block was vacated" jq --exit-status \
	'.tests[] | select(.name == "memory_offline").vacating | .done == .attempts and .pages > 0' \
	"$result"

sources --strategy busted --duration 30
expect_status 1
the_tests '.result == "fail" and .first_violation != null'
finish

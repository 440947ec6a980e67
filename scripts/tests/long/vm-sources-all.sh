#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every source of migration that the kernel offers moves ten folios a second and
# more, and convicts a kernel with the race on its own; the storm soonest.
# time-limit: 5400
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly sources='move_pages migrate_pages mbind cpuset numa_balancing soft_offline damon
	compaction thp hugetlb cma memory_offline'
readonly least_per_s=10
# Seconds of torture until the first violation.
readonly convicted_s=300 storm_s=30

for kernel in distro 7.3; do
	run scripts/bht-run --kernel "$kernel" --tests "$sources storm" --duration 10 \
		--runs-dir "$scratch/$kernel"
	expect_status 0
	# Offlining is measured by its attempts, which all succeed.
	result=$scratch/$kernel/latest/result.json
	slow=$(jq --raw-output --argjson least "$least_per_s" '.tests[]
		| select(.result != "skip" and (.name | startswith("memory_offline") | not))
		| select(.migrations < $least * .seconds) | .name' "$result")
	expect "less than $least_per_s migrations a second: $slow" test -z "$slow"
	# Sources take folios offline softly. This is what poisoning prints.
	refuse "something poisons pages" grep -q 'Memory failure: .* recovery action' \
		"$scratch/$kernel/latest/console.log"
done

# convicted TESTS SECONDS: a racy kernel fails each of these tests that is not skipped.
convicted()
{
	run scripts/bht-run --kernel 6.1 --mutant norefs-unlock-early --tests "$1" \
		--duration "$2" --runs-dir "$scratch/racy"
	expect_status 1
	acquitted=$(jq --raw-output '.tests[]
		| select(.result != "skip" and .first_violation == null) | .name' \
		"$scratch/racy/latest/result.json")
	expect "the race was not noticed by: $acquitted" test -z "$acquitted"
}

convicted "$sources" "$convicted_s"
convicted storm "$storm_s"
finish

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# cover.sh - a hunt that goes on until each pair of steps of a migration and a lookup that may
# meet has met, in one seed or another. The seeds are measured exactly (traces/exact).
# Sourced by bht-hunt, whose variables it reads.
# shellcheck disable=SC2154,SC2034

# coverage: print, as JSON, what the seeds have met together: of those from the first on of
# which none is missing; `full`: the smallest that completes it, when the hunt is to end there, or 0.
coverage()
{
	{ cat -- "$set/seeds" 2>/dev/null || true; } | jq --slurp --compact-output --argjson first "$first" --argjson last "$last" \
		--argjson to_full "$to_full" '
		def union($lists): $lists | add // [] | unique;
		(map({key: "\(.seed)", value: .}) | from_entries) as $records
		| (first(range($first; $last + 2) | select($records["\(.)"] | not)) - 1) as $reached
		| [range($first; $reached + 1) | {seed: ., covered: union([range($first; . + 1) as $s | $records["\($s)"].covered // []]),
			possible: union([range($first; . + 1) as $s | $records["\($s)"] | .covered // [], .missing // []])}]
		| (map(select($to_full == 1 and .possible != [] and .covered == .possible)) | first) as $full
		| ($full // last // {covered: [], possible: []}) as $so_far
		| {full: ($full.seed // 0), seeds: (if $so_far.seed then $so_far.seed - $first + 1 else 0 end), met: ($so_far.covered | length),
		   possible: ($so_far.possible | length), missing: ($so_far.possible - $so_far.covered)}'
}

# find_full: sets `full`.
find_full()
{
	full=$(coverage | jq .full)
}

# tell_coverage: so far.
tell_coverage()
{
	coverage | jq --raw-output '
		"coverage: \(.met) of the \(.possible) possible pairs, by \(.seeds) seeds"
		+ if .missing == [] then "" else "; missing: \(.missing | join(", "))" end'
}

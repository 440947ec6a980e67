#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Profiles name tests that exist and no other; `default` leaves none out without saying
# so; `quick` is what runs without a profile. Bad names, values of HOURS and files are
# refused with one line, before anything is started.
# time-limit: 180

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/profile.sh
source scripts/lib/profile.sh

# lines KEY PROFILE: print the second words of its lines with this key.
lines()
{
	awk -v key="$1" '$1 == key { print $2 }' "$profiles_dir/$2"
}

# one_matches NAME GLOB...
one_matches()
{
	local name=$1 glob

	shift
	for glob in "$@"; do
		# shellcheck disable=SC2053 # a glob on purpose
		[[ $name != $glob ]] || return 0
	done
	return 1
}

known=$(make -s -C selftests list)
for profile in $(known_profiles); do
	# shellcheck disable=SC2310 # as its callers call it
	(read_profile "$profile") || wrong "profile $profile cannot be read"
	while read -r name; do
		expect "profile $profile: no such test: $name" grep -qxF -- "$name" <<<"$known"
	done < <(lines test "$profile")
	expect "profile $profile: a test twice" test -z "$(lines test "$profile" | sort | uniq -d)"
done

mapfile -t named < <(lines test default; lines omit default)
for name in $known; do
	expect "profile default neither runs nor omits $name" one_matches "$name" "${named[@]}"
done
expect "quick is not what runs without a profile" test \
	"$(lines test quick)" = "$(make -s -C selftests list-default)"

refused "'nope': no such profile; known are default quick soak" --profile nope
refused "''" --profile ''
refused "'../lib/base.sh'" --profile ../lib/base.sh
refused 'give one of them' --profile quick --tests move_pages
refused "'2': only for a profile that lasts" --hours 2
refused "'2': only for a profile that lasts" --profile quick --hours 2
for hours in 0 0.001 -1 241 1e2 two '' ' ' 1,5 .; do
	refused "bad --hours '${hours//./\\.}': allowed is a number from 0.01 to 240" --profile soak --hours "$hours"
done
refused "'shell'.*a soak runs tests" --profile soak --mode shell
refused "'0'.* 1 to 36000" --profile soak --duration 0
run make --no-print-directory run_tests PROFILE=nope
expect_status 2
expect_output "^bht-run: bad --profile 'nope'"
run make --no-print-directory run_tests PROFILE=soak HOURS=never
expect_status 2
expect_output "^bht-run: bad --hours 'never'"

for hours in 0.01:36 .5:1800 2:7200 02.50:9000 240:864000; do
	expect "hours_to_seconds ${hours%:*}" test "$(hours_to_seconds "${hours%:*}")" = "${hours#*:}"
done

# A profile of one's own, good and bad.
export BHT_PROFILES_DIR=$scratch/profiles
mkdir "$BHT_PROFILES_DIR"
printf 'test nope because\n' >"$BHT_PROFILES_DIR/mine"
refused "test of --profile mine, 'nope': no such test; known are" --profile mine
for line in 'duration' 'tests move_pages because' 'test move_pages' 'mem 512 or so'; do
	printf '# a comment\n%s\n' "$line" >"$BHT_PROFILES_DIR/mine"
	run scripts/bht-run --profile mine
	expect_status 3
	expect_lines 1
	expect_output "profiles/mine, line 2 is no "
done
printf 'duration 5\n' >"$BHT_PROFILES_DIR/mine"
run scripts/bht-run --profile mine
expect_status 3
expect_output 'mine names no test'
finish

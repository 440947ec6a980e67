# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# seed.sh - one seed of a hunt: its order, its guest, its record (a line of JSON in the
# hunt's file `seeds`), what is said of it. Sourced by bht-hunt, whose options it reads.
# shellcheck disable=SC2154

# order_of SEED DURATION PARAMS: print what its guest is to do.
order_of()
{
	printf "export BHT_SEED=%s BHT_DURATION=%s BHT_STRATEGY=%s\n" "$1" "$2" "$strategy"
	printf "export BHT_MODULE_PARAMS='%s'\n" "${3//\'/\'\\\'\'}"
}

# run_seed FOLDER SEED DURATION PARAMS: leave a whole run folder there, or none and false.
run_seed()
{
	local folder=$1 seed=$2 part=$1.part status=0 order began=$EPOCHREALTIME
	local -a observe=()

	rm -rf -- "$folder" "$part"
	mkdir -- "$part" || return
	jq --null-input --arg test "$tests" --argjson seed "$seed" --argjson duration "$3" \
		--arg strategy "$strategy" --argjson kernel "$(<"$hunt/kernel.json")" \
		'{mode: "tests", tests: [$test], seed: $seed, kernel: $kernel, strategy: $strategy,
		  duration: $duration, allow_console: []}' >"$part/request.json" || return
	order=$(order_of "$seed" "$3" "$4")
	((!cover)) || observe=(--observe "$(exact_plugin "$hunt/places" "$part")")
	"$bht_top/scripts/bht-vm" "${options[@]}" "${observe[@]}" --from "$guest" --run "$part" \
		--order "$order" >"$folder.log" 2>&1 || status=$?
	case $status in
	"$EXIT_PASS" | "$EXIT_FAIL" | "$EXIT_SKIP" | "$EXIT_TIME_LIMIT") ;;
	*) return "$status" ;;
	esac
	awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f\n", b - a }' >"$part/host_s"
	rm -f -- "$folder.log"
	mv -T -- "$part" "$folder"
}

# record_of FOLDER SEED: print a finished seed's record.
record_of()
{
	jq --compact-output --argjson seed "$2" --argjson host_s "$(<"$1/host_s")" '
		([.tests[].first_violation // empty | select(.oracle)] | first) as $first
		| {
			seed: $seed, verdict: .verdict, conviction: .conviction,
			oracle: ($first.oracle // if .console.problems != [] then "kernel" else null end),
			ms: $first.ms, migrations_before: $first.migrations,
			migrations: ([.tests[].migrations // 0] | add // 0),
			exposures: ([.tests[].exposures // 0] | add // 0),
			window_exposures: ([.tests[].window_exposures // 0] | add // 0),
			seconds: ([.tests[].seconds // 0] | add // 0),
			host_s: $host_s,
			reason: (([.tests[] | select(.result != "pass").reason] | first) // .reason),
			covered: .protocol.covered, missing: .protocol.missing,
			drawn: ([.tests[].drawn // empty] | first),
			fingerprint: .fingerprint, output: .output
		}' "$1/result.json"
}

# seed_record SEED: print the record of a seed that has run, nothing for another.
seed_record()
{
	grep -s -m 1 "^{\"seed\":$1," "$set/seeds" || true
}

# seed_convicts RECORD: not each run that fails convicts the kernel, see result/result.jq.
seed_convicts()
{
	[[ $(jq --raw-output .conviction <<<"$1") != null ]]
}

# violation RECORD: print its first violation in words.
violation()
{
	jq --raw-output '
		if .oracle and .ms then
			"\(.oracle) after \(.ms) ms and \(.migrations_before) migrations"
		elif .oracle then .oracle
		else .reason end' <<<"$1"
}

# seed_line RECORD: say how it went.
seed_line()
{
	local what

	what=$(jq --raw-output .verdict <<<"$1")
	case $what in
	fail) what=$(violation "$1") ;;
	error) what="error: $(violation "$1")" ;;
	esac
	jq --raw-output --arg what "$what" \
		'"seed \(.seed): \($what); \(.migrations) migrations, \(.exposures) exposures in \(.seconds * 10 | round / 10) s, \(.host_s) s of the host'"'"'s"' <<<"$1"
}

# clean_line FIRST LAST: nothing was found: what that is worth.
clean_line()
{
	jq --raw-output --slurp --argjson first "$1" --argjson last "$2" '
		map(select(.seed >= $first and .seed <= $last))
		| (map(.window_exposures // 0) | add // 0) as $exposures
		| "nothing found: \(length) seeds, \(map(.migrations) | add // 0) migrations, \($exposures) window exposures"
		  + (if $exposures > 0 then ": less than \(3 / $exposures) per window exposure at 95 %" else "" end)
		  + (map(select(.verdict != "pass").seed) | if . == [] then "" else "\nwithout a verdict: seeds \(map(tostring) | join(", "))" end)
		' "$set/seeds"
}

# convicting FIRST LAST: print the seeds that convict, of those between.
convicting()
{
	jq --raw-output --slurp --argjson first "$1" --argjson last "$2" '
		map(select(.seed >= $first and .seed <= $last and .conviction)) | sort_by(.seed)
		| map("\(.seed) (\(.oracle))") | join(", ")' "$set/seeds"
}

# convictions_line FIRST LAST: how many convict, and what it is worth if none does.
convictions_line()
{
	jq --raw-output --slurp --argjson first "$1" --argjson last "$2" '
		map(select(.seed >= $first and .seed <= $last)) | length as $n
		| (map(select(.verdict == "pass")) | length) as $clean
		| map(select(.conviction)) | sort_by(.seed)
		| "\(length) of \($n) seeds convict"
		  + if length > 0 then ": " + (map("\(.seed) (\(.oracle))") | join(", "))
		    elif $clean > 0 then ", \($clean) pass: less than \(300 / $clean * 10 | round / 10) % of all would, at 95 %"
		    else "" end' "$set/seeds"
}

# make_latest FOLDER: build/runs/latest, which other commands take, is this one now.
make_latest()
{
	local runs=$bht_build/runs

	mkdir -p -- "$runs"
	ln -sfn -- "$1" "$runs/.latest.$$" && mv -T -- "$runs/.latest.$$" "$runs/latest"
}

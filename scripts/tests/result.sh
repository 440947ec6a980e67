# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # shared with the tests and with expect.sh
#
# result.sh - what the tests of bht-result share: a run folder, as bht-run and bht-vm
# leave it behind, with whatever a guest may have said. Sourced after expect.sh.

readonly folder=$scratch/run

# begin_run MODE TEST...: a run folder as bht-run makes it; KTAP lines follow.
begin_run()
{
	local mode=$1

	shift
	rm -rf -- "$folder"
	mkdir -p -- "$folder"
	jq --null-input --arg mode "$mode" --arg tests "$*" '{mode: $mode, seed: 7,
		tests: ($tests | split(" ")), kernel: {release: "6.1.0-56-amd64", source: "distro"}}' \
		>"$folder/request.json"
	printf '[    0.1] Linux version 6.1.0\r\n' >"$folder/console.log"
	printf '# guest: ready, Linux 6.1.0-56-amd64, 2 CPUs, 2 NUMA nodes, 4 s after boot\n' >"$folder/ktap.log"
}

ktap()
{
	printf '%s\n' "$@" >>"$folder/ktap.log"
}

# record NAME RESULT [MORE]: as a test prints it, behind the runner's prefix.
record()
{
	ktap "# # bhtorture: {\"name\":\"$1\",\"strategy\":\"kernel\",\"result\":\"$2\",\"reason\":\"because\",\"seconds\":10.04,\"lookups\":1000,\"migrations\":200,\"exposures\":30,\"violations\":{},\"first_violation\":null,\"era\":\"held\"${3-}}"
}

# a_test NAME RESULT: a record and the harness' line that goes with it.
a_test()
{
	ktap "# #  RUN           $1.hammered ..."
	record "$1" "$2" "${3-}"
	case $2 in
	pass) ktap "# ok 1 $1.hammered" ;;
	skip) ktap "# ok 1 $1.hammered # SKIP because" ;;
	*) ktap "# not ok 1 $1.hammered" ;;
	esac
}

# end_run ENDED [REASON [STATUS]]: judge it; the summary is the output.
end_run()
{
	jq --null-input --arg mode "$(jq --raw-output .mode "$folder/request.json")" \
		--arg ended "$1" --arg reason "${2-the guest finished}" --argjson status "${3-0}" \
		'{host: {accel: "tcg", smp: 2, mem_mb: 768}, mode: $mode, ended: $ended,
		  reason: $reason, code: 0, guest_status: $status}' >"$folder/vm.json"
	run scripts/bht-result --write "$folder"
	expect_status 0
	run scripts/bht-result --summary "$folder"
}

# is JQ: the result is so.
is()
{
	jq --exit-status "$1" "$folder/result.json" >/dev/null ||
		wrong "not so: $1 in $(jq --compact-output . "$folder/result.json")"
}

# closing LINE: the summary's very last line.
closing()
{
	expect "the closing line is not: $1" test "$(tail -n 1 <<<"$output")" = "$1"
}

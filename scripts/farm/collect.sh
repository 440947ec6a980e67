# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # farm, templates and bht_result are those of bht-farm
#
# farm/collect.sh - reads the logs of the jobs: which shards have ended, a run folder of
# each, as if bht-vm had run it here. Adds up what bht-result says of these folders:
# farm.json, farm.txt, farm.html. Sourced by bht-farm.

# ended_shards: those of the names on stdin whose job has ended.
ended_shards()
{
	local name

	while read -r name; do
		[[ ! -e $farm/logs/$name.yaml ]] || printf '%s\n' "$name"
	done
}

shards_to_run()
{
	local name

	jq --raw-output '.shards[].name' "$farm/plan.json" | while read -r name; do
		[[ -e $farm/logs/$name.yaml ]] || printf '%s\n' "$name"
	done
}

# keep_log NAME LOG: the shard has ended, or died before its tests.
keep_log()
{
	if has_run "$2"; then
		mv -- "$2" "$farm/logs/$1.yaml"
		rm -f -- "$farm/logs/$1.died.yaml"
	else
		mv -- "$2" "$farm/logs/$1.died.yaml"
	fi
}

# has_run LOG: LAVA came to the end of the job, and the machine to its tests or to a
# panic. (Both strings are also in what LAVA says of its monitors, hence "target".)
has_run()
{
	tail -n 5 -- "$1" | grep '"case": "job"' >/dev/null &&
		grep -qE '"lvl": "target".*(ktap: # guest: ready|Kernel panic - not syncing)' "$1"
}

# collect: add up what has ended, and show it.
collect()
{
	local name

	while read -r name; do
		collect_shard "$name"
	done < <(jq --raw-output '.shards[].name' "$farm/plan.json")
	add_up
	farm_text >"$farm/farm.txt.new"
	farm_html >"$farm/farm.html.new"
	farm_kcidb >"$farm/kcidb.json.new"
	mv -- "$farm/kcidb.json.new" "$farm/kcidb.json"
	mv -- "$farm/farm.txt.new" "$farm/farm.txt"
	mv -- "$farm/farm.html.new" "$farm/farm.html"
	cat -- "$farm/farm.txt"
	printf 'report: %s\n' "$farm/farm.html"
}

# farm_kcidb: print the reports of all shards that have ended as one.
farm_kcidb()
{
	local name

	jq --raw-output '.shards[].name' "$farm/plan.json" | ended_shards | while read -r name; do
		cat -- "$farm/runs/$name/kcidb.json"
	done | jq --slurp '{version: {major: 5, minor: 3}, checkouts: map(.checkouts[]),
		builds: map(.builds[]), tests: map(.tests[])}'
}

# collect_shard NAME: make its run folder of its log, unless it has been made. What a run
# means is for bht-result to say, a command, of every run folder alike.
collect_shard()
{
	local name=$1 log=$farm/logs/$1.yaml run=$farm/runs/$1

	[[ -e $log && ! $run/result.json -nt $log ]] || return 0
	rm -rf -- "$run"
	mkdir -- "$run"
	split_log "$log" "$run"
	shard_request "$name" >"$run/request.json"
	shard_ending "$name" "$log" "$run" >"$run/vm.json"
	shard_field "$name" command >"$run/command"
	shard_cost "$log" >"$run/lava.json"
	"$bht_result" --write "$run"
}

# split_log LOG RUN: what the machine said, as console.log and ktap.log. See
# guest/console.awk, and ShellLogger in LAVA's shell.py: it puts a backslash before
# each quotation mark.
split_log()
{
	: >"$2/console.log"
	: >"$2/ktap.log"
	yq --raw-output '.[] | select(.lvl == "target").msg' "$1" |
		awk -v console="$2/console.log" -v ktap="$2/ktap.log" '
			{
				gsub(/\\"/, "\"")
				text = $0
				sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? /, "", text)
			}
			text ~ /^ktap\+ / { begun = begun substr(text, 7); next }
			text ~ /^ktap: / { print begun substr(text, 7) >ktap; begun = ""; next }
			text ~ /^measured: / { next }
			{ print >console }'
}

# shard_field NAME JQ: something of a shard in the plan.
shard_field()
{
	jq -L "$templates" --raw-output --arg name "$1" \
		"include \"command\"; .shards[] | select(.name == \$name) | $2" "$farm/plan.json"
}

# shard_request NAME: print request.json, see bht-run.
shard_request()
{
	local kernel

	kernel=$farm/kernels/$(shard_field "$1" .packed)/kernel.json
	shard_field "$1" . | jq --slurpfile kernel "$kernel" '
		{mode: "tests", tests, seed, kernel: $kernel[0], strategy, duration, soak_s,
		 allow_console: []}'
}

# What jq needs to know of the times in LAVA's log.
# shellcheck disable=SC2016 # $word is jq's
readonly log_times='
	def seconds: capture("^(?<whole>[^.]*)(?<part>[.][0-9]+)?$")
		| ("\(.whole)Z" | fromdateiso8601) + ("0\(.part // "")" | tonumber);
	def said($word): [.[] | select(.lvl == "target" and (.msg | test("# guest: \($word)"))).dt | seconds];'

# shard_cost LOG: print as JSON what the job took: seconds, those of them until the
# guest was ready, bytes of the log.
shard_cost()
{
	# shellcheck disable=SC2016 # $begin is jq's
	yq --argjson bytes "$(stat --format=%s -- "$1")" "$log_times"'
		(first.dt | seconds) as $begin
		| (said("ready") | first // $begin) as $ready
		| {seconds: ((last.dt | seconds) - $begin), to_ready: ($ready - $begin), log_bytes: $bytes}' "$1"
}

# shard_ending NAME LOG RUN: print vm.json, see bht-vm: LAVA's words for how it ended.
shard_ending()
{
	local status ended reason error clock output

	status=$(sed -n 's/^# guest: done, status \([0-9]*\), [0-9.]* s after boot$/\1/p' "$3/ktap.log" | tail -n 1)
	error=$(yq --raw-output '[.[] | select(.lvl == "results" and .msg.case == "job").msg.error_msg // empty]
		| last // "without a word"' "$2")
	# LAVA's clock, by its log, is the host's.
	clock=$(yq --compact-output "$log_times"'
		{tsc_khz: null, ready: (said("ready") | first), done: (said("done") | last)}' "$2")
	reason=$(grep -a -m 1 'Kernel panic - not syncing' "$3/console.log" || true)
	if [[ $status ]]; then
		ended='finished' reason='the guest finished'
	elif [[ $reason ]]; then
		ended=panic reason="the guest panicked: $reason"
	elif [[ $error == *'timed out'* ]] || grep -q 'monitoring has timed out' "$2"; then
		ended=hang reason="LAVA: $error"
	else
		ended=killed reason="LAVA: $error"
	fi
	output=$(hash_of "$3/ktap.log")
	shard_field "$1" . | jq --arg output "$output" --arg ended "$ended" --arg reason "$reason" --arg status "$status" \
		--argjson clock "$clock" '
		{host: {accel, smp, mem_mb: .mem}, mode: "tests", ended: $ended, reason: $reason,
		 code: (if $ended == "finished" then 0 else 1 end),
		 guest_status: ($status | tonumber? // null), clock: $clock,
		 output: (if .accel == "icount" then $output else null end)}'
}

# describe_shard NAME: print a line for people.
describe_shard()
{
	local result=$farm/runs/$1/result.json verdict='died before its tests'

	[[ ! -e $farm/logs/$1.yaml ]] ||
		verdict=$(jq --raw-output '"\(.verdict), \([.tests[].exposures] | add // 0) exposures"' "$result")
	shard_field "$1" '"\(.name) \(.kernel) \(.tests | join("+")) seed \(.seed)"' | tr '\n' :
	printf ' %s\n' "$verdict"
}

# add_up: farm.json of the plan and of what there is of each shard.
add_up()
{
	local name state result cost

	while read -r name; do
		result=null cost=null
		if [[ -e $farm/logs/$name.yaml ]]; then
			state=ended
			result=$(jq --compact-output 'del(.tests[].latency)' "$farm/runs/$name/result.json")
			cost=$(<"$farm/runs/$name/lava.json")
		elif [[ -e $farm/logs/$name.died.yaml ]]; then
			state=died
		else
			state=missing
		fi
		printf '{"name":"%s","state":"%s","result":%s,"cost":%s}\n' \
			"$name" "$state" "$result" "$cost"
	done < <(jq --raw-output '.shards[].name' "$farm/plan.json") >"$farm/farm.states"
	jq -L "$templates" --slurpfile states "$farm/farm.states" --from-file "$templates/farm.jq" \
		"$farm/plan.json" >"$farm/farm.json.new"
	mv -- "$farm/farm.json.new" "$farm/farm.json"
	rm -- "$farm/farm.states"
}

# farm_text: print farm.json for people.
farm_text()
{
	jq --raw-output --from-file "$templates/text.jq" "$farm/farm.json" | aligned '1 2 3 9'
}

# farm_html: print it as a page.
farm_html()
{
	jq --raw-output --from-file "$templates/html.jq" "$farm/farm.json"
}

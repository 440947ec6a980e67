# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # farm is that of bht-farm
#
# farm/submit.sh - hands the jobs of a plan to a LAVA server and fetches their logs as
# they end. server/SHARD.id has the number of the shard's job there. server/SHARD.asked is
# written before the server is asked: when the answer is lost, the job is looked for on
# the server and not submitted twice. Sourced by bht-farm.

readonly poll_s=${BHT_FARM_POLL_S:-15}	# tests do not wait that long

server=''	# an identity in lavacli's configuration, which holds address and token

# submit_shards ARTIFACTS: those that have no job there yet.
submit_shards()
{
	local name

	mkdir -p -- "$farm/server"
	at_server system whoami >/dev/null
	exec 9>"$farm/server/lock"
	flock 9
	while read -r name; do
		[[ -e $farm/server/$name.id ]] || submit_shard "$name" "$1"
	done < <(shards_to_run)
	say "submitted: $(find "$farm/server" -name '*.id' | wc -l) jobs wait or run at $server"
}

# at_server COMMAND...: ask it and print the answer.
at_server()
{
	local said=$farm/server/said

	lavacli --identity "$server" "$@" 2>"$said" </dev/null 9>&- ||
		environment_error "lavacli: $(tail -n 1 -- "$said")"
}

# submit_shard NAME ARTIFACTS
submit_shard()
{
	local name=$1 id='' asked=$farm/server/$1.asked

	if [[ -e $asked ]]; then
		id=$(job_of_shard "$name")
	fi
	if [[ -z $id ]]; then
		# shellcheck disable=SC2016 # jq's variables
		yq --yaml-output --width 1000 --arg here "file://$farm/kernels" --arg there "$2" '
			if $there == "" then . else (.actions[0].deploy | .. | objects | select(has("url"))).url
				|= (ltrimstr($here) | $there + .) end' "$farm/jobs/$name.yaml" >"$asked"
		id=$(at_server jobs submit "$asked")
		# lavacli exits 0 when a job is refused.
		is_integer "$id" 1 9999999999 || environment_error "$server: $(tail -n 1 <<<"$id")"
	fi
	printf '%s\n' "$id" >"$asked"
	mv -- "$asked" "$farm/server/$name.id"
}

# job_of_shard NAME: print the number of the server's job for it, if it is one of the
# latest thousand. (No list has more than a hundred.)
job_of_shard()
{
	local start id

	for ((start = 0; start < 1000; start += 100)); do
		id=$(at_server jobs list --limit 100 --start "$start" --json |
			jq --raw-output --arg name "bhtorture $1:" \
				'[.[] | select(.description | startswith($name)).id] | max // empty')
		[[ -z $id ]] || break
	done
	printf '%s\n' "$id"
}

# follow_jobs: fetch the log of each job that has ended, until all have.
follow_jobs()
{
	local file name total died=0
	local -a waiting

	total=$(find "$farm/server" -name '*.id' | wc -l)
	while :; do
		mapfile -t waiting < <(find "$farm/server" -name '*.id' | sort)
		((${#waiting[@]})) || break
		for file in "${waiting[@]}"; do
			name=$(basename -- "$file" .id)
			fetch_shard "$name" "$(<"$file")" || continue
			rm -- "$file"
			[[ -e $farm/logs/$name.yaml ]] || died=$((died + 1))
			say "$((total - $(find "$farm/server" -name '*.id' | wc -l))) of $total: $(describe_shard "$name")"
		done
		[[ -z $(find "$farm/server" -name '*.id') ]] || sleep "$poll_s"
	done
	((died == 0)) ||
		fail "$EXIT_ENVIRONMENT" "$died shards did not get to their tests: the next submit tries them again"
	say "all shards have ended; see bht-farm collect"
}

# fetch_shard NAME ID: its log, if its job has ended.
fetch_shard()
{
	local log=$farm/server/$1.log state

	state=$(at_server jobs show --json "$2" | jq --raw-output .state)
	[[ $state == Finished ]] || return 1
	at_server jobs logs --raw --no-follow "$2" >"$log"
	keep_log "$1" "$log"
	collect_shard "$1"
}

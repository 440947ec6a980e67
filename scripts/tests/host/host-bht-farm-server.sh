#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-farm submit: each shard becomes one job of the server, whenever it is
# interrupted; logs are fetched as the jobs end; a refusal is said in a line. The
# server is pretended: a lavacli that keeps its jobs in a folder. (A real one:
# make check-lava.)
# time-limit: 300
# needs: farm farm-plan

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/farm.sh
source scripts/tests/farm.sh
command -v yq >/dev/null || skip "no yq on this machine"

export SERVER=$scratch/server BHT_FARM_POLL_S=0
mkdir "$SERVER" "$scratch/bin"
PATH=$scratch/bin:$PATH
said 6.1 compaction pass 100 | on_console >"$SERVER/console"

# Job N is submitted as file N; it has ended when asked for the second time.
cat >"$scratch/bin/lavacli" <<'END'
#!/bin/bash
set -euo pipefail
[[ $1 == --identity && $2 == farm ]] || { echo "Unknown identity '$2'"; exit 1; } >&2
shift 2
printf '%s\n' "$*" >>"$SERVER/calls"
case "$1 $2" in
'system whoami') echo me ;;
'jobs submit')
	[[ ! -e $SERVER/refuse ]] || { echo "Unable to submit $3: <Fault 400: \"no device type\">"; exit 0; }
	number=$(($(find "$SERVER" -name '[0-9]*' | wc -l) + 1))
	cp "$3" "$SERVER/$number"
	[[ ! -e $SERVER/break ]] || { rm "$SERVER/break"; kill -KILL "$PPID"; exit 1; }
	echo "$number" ;;
'jobs list')
	for job in "$SERVER"/[0-9]*; do
		[[ $* != *'--start 0 '* ]] || sed -n "s/^job_name: '\(.*\)'$/{\"id\":\"${job##*/}\",\"description\":\"\1\"}/p" "$job"
	done | jq --slurp . ;;
'jobs show')
	state=Running
	[[ ! -e $SERVER/asked-$4 ]] || state=Finished
	: >"$SERVER/asked-$4"
	echo "{\"id\":$4,\"state\":\"$state\"}" ;;
'jobs logs')
	{
		jq --raw-input --compact-output '{lvl: "target", msg: gsub("\""; "\\\"")}' "$SERVER/console"
		echo '{"lvl":"results","msg":{"case": "job","definition":"lava","result":"pass"}}'
	} | sed 's/^{"lvl":\("[a-z]*"\),"msg":/- {"dt": "2026-11-21T10:00:00.123456", "lvl": \1, "msg": /' ;;
*) exit 1 ;;
esac
END
chmod +x "$scratch/bin/lavacli"
for tool in lava-run yq; do
	command -v "$tool" >/dev/null || ln -s /bin/true "$scratch/bin/$tool"
done

submit()
{
	run timeout 60 scripts/bht-farm submit --farm "$farm" "$@"
}

jobs_there()
{
	find "$SERVER" -name '[0-9]*' | wc -l
}

plan 'kernel=6.1 tests=compaction seeds=1-4 duration=3'
submit
expect_status 2
expect_output 'needs --server'
submit --server farm --artifacts 'ftp://x'
expect_status 2
submit --server nowhere
expect_status 3
expect_output "Unknown identity 'nowhere'"
expect_lines 1

: >"$SERVER/refuse"
submit --server farm
expect_status 3
expect_output 'no device type'
rm "$SERVER/refuse"

# Killed after the server had taken the first job.
: >"$SERVER/break"
submit --server farm --artifacts http://files.example/farm/
expect "not one job was taken" test "$(jobs_there)" = 1
submit --server farm --artifacts http://files.example/farm/ --no-follow
expect_status 0
expect "a shard was submitted twice" test "$(jobs_there)" = 4
expect "the URL is wrong" grep -q 'url: http://files.example/farm/6.1-[0-9a-f]*/kernel.gz' "$SERVER/1"
submit --server farm
expect_status 0
expect_output '4 of 4: .* pass, 100 exposures'
submit --server farm
expect_status 0
expect "a finished shard was submitted again" test "$(jobs_there)" = 4
run scripts/bht-farm collect --farm "$farm"
expect_status 0
expect_output '^4 shards planned, 4 ended, 0 died, 0 missing$'
refuse "a token where it does not belong" grep -rqi token "$farm" "$SERVER/calls"
finish

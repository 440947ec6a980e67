# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # bht_top, farm and templates are those of the other scripts
#
# farm/run.sh - runs the jobs of a plan on this machine, each by LAVA's own
# lava-run, so many at once. A shard is done when LAVA's log of it is in logs/;
# whatever ends before that, leaves nothing behind and is run again. Sourced by
# bht-farm.

# lava-run unpacks each job's files below this, in a folder named by the job.
readonly lava_folder=/var/lib/lava/dispatcher/tmp
readonly cancel_limit=8	# seconds
running=0	# pid of this process's lava-run

run_command()
{
	local here='' at_once=1 name number=0 total mem program
	local -a names

	parse_farm "$@"
	set -- "${options[@]}"
	while (($#)); do
		case $1 in
		--local) here=1 ;;
		-j)
			is_integer "${2-}" 1 1024 || usage_error "bad -j '${2-}': a whole number from 1 to 1024"
			at_once=$2
			shift ;;
		*) usage_error "unknown option '$1'; see bht-farm --help" ;;
		esac
		shift
	done
	[[ $here ]] || usage_error "run needs --local; for a LAVA server there is submit"
	need_plan
	((EUID == 0)) || environment_error "lava-run wants to be root"
	"$bht_top/scripts/bht-setup" --for run --for farm-local || exit
	# lava-run takes the first in PATH.
	program=$(find_emulator) || exit
	PATH=$(dirname -- "$program"):$PATH
	mem=$(jq '[.shards[].mem] | max' "$farm/plan.json")
	check_room "$farm/runs" $((at_once * mem))
	jq --exit-status 'all(.shards[]; .device == "qemu")' "$farm/plan.json" >/dev/null ||
		usage_error "the plan has shards for boards: only a LAVA server can run these"

	trap 'interrupted INT' INT
	trap 'interrupted TERM' TERM
	trap 'interrupted HUP' HUP
	mapfile -t names < <(shards_to_run)
	total=${#names[@]}
	for name in "${names[@]}"; do
		while (($(jobs -rp | wc -l) >= at_once)); do
			wait -n || true
		done
		number=$((number + 1))
		start_shard "$name" "$number of $total"
	done
	while (($(jobs -rp | wc -l))); do
		wait -n || true
	done
	mapfile -t names < <(shards_to_run)
	((${#names[@]} == 0)) ||
		fail "$EXIT_ENVIRONMENT" "${#names[@]} shards did not get to their tests: the next run tries them again"
	say "all shards have ended; see bht-farm collect"
}

shards_to_run()
{
	local name

	jq --raw-output '.shards[].name' "$farm/plan.json" | while read -r name; do
		[[ -e $farm/logs/$name.yaml ]] || printf '%s\n' "$name"
	done
}

# start_shard NAME NUMBER: in the background, in a process that ends with this one.
start_shard()
{
	setpriv --pdeathsig TERM -- "$BASH" "$bht_top/scripts/bht-farm" \
		shard "$1" "$2" --farm "$farm" </dev/null &
}

# interrupted SIGNAL: the shards undo themselves.
interrupted()
{
	local pid

	trap '' INT TERM HUP
	for pid in $(jobs -rp); do
		kill -TERM "$pid" 2>/dev/null || true
	done
	wait
	say "interrupted by SIG$1; the next run goes on from here"
	exit $((128 + $(kill -l "$1")))
}

# shard_command NAME NUMBER: one shard from its job to its log and verdict. Two runs of
# one farm at once wait for each other here.
shard_command()
{
	local name=$1 number=$2 work log

	shift 2
	parse_farm "$@"
	work=$farm/work/$name
	log=$work/log.yaml
	mkdir -p -- "$farm/work"
	exec 9>"$work.lock"
	flock 9
	[[ ! -e $farm/logs/$name.yaml ]] || return 0
	trap 'shard_interrupted' INT TERM HUP
	rm -rf -- "$work" "$lava_folder/bht-$name"
	mkdir -- "$work"
	setpriv --pdeathsig TERM -- lava-run --device "$templates/device-qemu.yaml" \
		--output-dir "$work" --job-id "bht-$name" "$farm/jobs/$name.yaml" \
		>"$log" 2>&1 </dev/null 9>&- &
	running=$!
	wait "$running" || true
	running=0
	# As lavacli writes it: a list.
	sed --in-place 's/^{/- {/' "$log"
	keep_log "$name" "$log"
	rm -rf -- "$work" "$lava_folder/bht-$name"
	collect_shard "$name"
	say "$number: $(describe_shard "$name")"
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
# panic. (LAVA itself says what it waits for.)
has_run()
{
	tail -n 5 -- "$1" | grep '"case": "job"' >/dev/null &&
		grep -qE '"lvl": "target".*(ktap: # guest: ready|Kernel panic - not syncing)' "$1"
}

# shard_interrupted: LAVA cancels its job and takes QEMU along. A signal that meets it
# at the wrong moment can be lost; without lava-run, QEMU loses its terminal and ends.
shard_interrupted()
{
	local tries

	trap '' INT TERM HUP
	if ((running)); then
		kill -TERM "$running" 2>/dev/null || true
		for ((tries = 0; tries < cancel_limit * 10; tries++)); do
			kill -0 "$running" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$running" 2>/dev/null || true
		wait "$running" 2>/dev/null || true
	fi
	rm -rf -- "$work" "$lava_folder/bht-$name"
	exit 143
}

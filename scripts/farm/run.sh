# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # bht_top, farm and templates are those of the other scripts
#
# farm/run.sh - runs the jobs of a plan on this machine, several at once, each by LAVA's
# own lava-run. A shard has ended when LAVA's log of it is in logs/. One that is ended
# before that leaves nothing behind and is run again. Sourced by bht-farm.

# lava-run unpacks each job's files below this, in a folder named by the job.
readonly lava_folder=/var/lib/lava/dispatcher/tmp
readonly cancel_limit=8	# seconds
running=0	# pid of this process's lava-run

# run_shards AT_ONCE COMMAND...: run those that have not ended; COMMAND NAME NUMBER runs
# one. It is a process of its own, so that it ends with this one and undoes itself.
run_shards()
{
	local at_once=$1 name number=0 total mem program
	local -a names

	shift
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
		setpriv --pdeathsig TERM -- "$BASH" "$@" "$name" "$number of $total" </dev/null &
	done
	while (($(jobs -rp | wc -l))); do
		wait -n || true
	done
	mapfile -t names < <(shards_to_run)
	((${#names[@]} == 0)) ||
		fail "$EXIT_ENVIRONMENT" "${#names[@]} shards did not get to their tests: the next run tries them again"
	say "all shards have ended; see bht-farm collect"
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

# run_shard NAME NUMBER: one shard from its job to its log and verdict. Two runs of
# one farm at once wait for each other here.
run_shard()
{
	local name=$1 number=$2 work log clock

	work=$farm/work/$name
	log=$work/log.yaml
	mkdir -p -- "$farm/work"
	exec 9>"$work.lock"
	flock 9
	[[ ! -e $farm/logs/$name.yaml ]] || return 0
	trap 'shard_interrupted' INT TERM HUP
	rm -rf -- "$work" "$lava_folder/bht-$name"
	mkdir -- "$work"
	# The plan is for any machine, the counter's frequency this one's.
	clock=''
	grep -qE 'bht.accel=icount|console=ttyAMA' "$farm/jobs/$name.yaml" || clock=$(clock_parameter "$(tsc_khz)")
	# shellcheck disable=SC2016 # $clock is jq's
	yq --arg clock "$clock" '.actions[0].deploy.images.kernel.image_arg
		|= sub(" bht.mode="; " \($clock) bht.mode=")' "$farm/jobs/$name.yaml" >"$work/job.yaml"
	choose_architecture "$(yq --raw-output .context.arch "$work/job.yaml")"
	sed "s/qemu-system-x86_64/$arch_qemu/" "$templates/device-qemu.yaml" >"$work/device.yaml"
	setpriv --pdeathsig TERM -- lava-run --device "$work/device.yaml" \
		--output-dir "$work" --job-id "bht-$name" "$work/job.yaml" \
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

# shard_interrupted: SIGTERM makes lava-run cancel its job and end QEMU. It can lose the
# signal; then it is killed, and QEMU ends because it loses its terminal.
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

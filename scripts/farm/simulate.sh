# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # farm and templates are those of the other scripts
#
# farm/simulate.sh - what more devices would bring, computed from the shards that have
# ended: window exposures, the bound of a day without a violation, and how much the server
# stores. Sourced by bht-farm.

# simulate OVERHEAD_S DEVICES...: the server takes OVERHEAD_S for a job, and so does a
# worker.
simulate()
{
	local device overhead=$1

	shift
	compgen -G "$farm/runs/*/lava.json" >/dev/null ||
		usage_error "no shard of $farm has ended: there is nothing to go by"
	printf 'devices  shards/h    busy  window exposures/h  bound of a day  log MB/h\n'
	for device in "$@"; do
		measured_shards | awk -v devices="$device" -v hours=2 -v seed=1 -v scheduler_s="$overhead" \
			-v worker_s="$overhead" -f "$templates/simulate.awk"
	done
}

# measured_shards: print seconds, window exposures and bytes of the log of each.
measured_shards()
{
	local name

	while read -r name; do
		jq --slurp --raw-output '"\(.[0].seconds) \([.[1].tests[].window_exposures // 0] | add // 0) \(.[0].log_bytes)"' \
			"$farm/runs/$name/lava.json" "$farm/runs/$name/result.json"
	done < <(jq --raw-output '.shards[].name' "$farm/plan.json" | ended_shards)
}

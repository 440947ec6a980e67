# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # farm, options and templates are those of the other scripts
#
# farm/simulate.sh - what more devices buy, by the figures of the shards that have
# ended: exposures, the bound of a day without a violation, what the server has to
# store. Sourced by bht-farm.

simulate_command()
{
	local device server_s=20 worker_s=20
	local -a counts=(1 10 100 1000)

	parse_farm "$@"
	set -- "${options[@]}"
	while (($#)); do
		case $1 in
		--devices)
			IFS=, read -ra counts <<<"${2-}"
			shift ;;
		--local) server_s=0 worker_s=0 ;;
		*) usage_error "unknown option '$1'; see bht-farm --help" ;;
		esac
		shift
	done
	((${#counts[@]})) || usage_error "--devices needs numbers, joined by commas"
	for device in "${counts[@]}"; do
		is_integer "$device" 1 100000 ||
			usage_error "bad --devices '$device': allowed is a whole number from 1 to 100000"
	done
	need_plan
	compgen -G "$farm/runs/*/lava.json" >/dev/null ||
		usage_error "no shard of $farm has ended: there is nothing to go by"
	printf 'devices  shards/h    busy  exposures/h  bound of a day  log MB/h\n'
	for device in "${counts[@]}"; do
		measured_shards | awk -v devices="$device" -v hours=2 -v seed=1 -v scheduler_s="$server_s" \
			-v worker_s="$worker_s" -f "$templates/simulate.awk"
	done
}

# measured_shards: print seconds, exposures and bytes of the log of each.
measured_shards()
{
	local name

	while read -r name; do
		jq --slurp --raw-output '"\(.[0].seconds) \([.[1].tests[].exposures] | add // 0) \(.[0].log_bytes)"' \
			"$farm/runs/$name/lava.json" "$farm/runs/$name/result.json"
	done < <(jq --raw-output '.shards[].name' "$farm/plan.json" | ended_shards)
}

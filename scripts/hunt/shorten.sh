# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# shorten.sh - from a seed that convicts to less that convicts as well: a shorter run,
# fewer kinds of threads, fewer threads, less steering, as long as the same oracle fires.
# A guest that hangs has none, and each try would take until the host gives it up.
# Sourced by bht-hunt after seed.sh.
# shellcheck disable=SC2154

# What may be left out, in this order. The first that help spare most of the reading.
readonly shorter='reader=0 getblk=0 dirtier=0 sleeper=0 nowait=0 prober=0 shuffle_ms=0
	stutter_ms=0 linger_us=0 widen_us=0 writer_blind=0 checker=0 writer_blind=1 checker=1'
# These are so anyway, unless they were drawn.
readonly shorter_already='nowait=0 prober=0 shuffle_ms=0 stutter_ms=0'

# try_shorter SEED ORACLE DURATION PARAMS: print the record if the same oracle fires.
try_shorter()
{
	local folder record

	folder=$set/short-$1-$(cksum <<<"$3 $4" | cut -d ' ' -f 1)
	[[ -e $folder/host_s ]] || run_seed "$folder" "$1" "$3" "$4" || return
	record=$(record_of "$folder" "$1")
	[[ $(jq --raw-output 'select(.conviction).oracle' <<<"$record") == "$2" ]] || return
	printf '%s\n' "$record"
}

# shorten_seed SEED RECORD: try one after the other, keep what works.
shorten_seed()
{
	local seed=$1 best=$2 record oracle shortest already kept=$params without=''
	local length=$duration

	oracle=$(jq --raw-output '.oracle // ""' <<<"$best")
	[[ $oracle ]] || return 0
	already=" $(jq --raw-output '.drawn.params // ""' <<<"$best") "
	[[ $already != '  ' ]] || already=" $shorter_already "
	shortest=$(jq '(.ms // 0) / 1000 | ceil | if . < 1 then 1 else . end' <<<"$best")
	say "looking for less that convicts as well"
	if ((shortest < duration)) && record=$(try_shorter "$seed" "$oracle" "$shortest" "$kept"); then
		best=$record length=$shortest
	fi
	for without in $shorter; do
		# No threads of that kind: neither are there fewer.
		[[ -z $signal && "$already $kept " != *" $without "* &&
			"$already $kept " != *" ${without%=*}=0 "* ]] || continue
		if record=$(try_shorter "$seed" "$oracle" "$length" "$kept${kept:+ }$without"); then
			best=$record kept+="${kept:+ }$without"
			printf 'with %s: %s\n' "$without" "$(violation "$record")"
		else
			printf 'with %s: not found\n' "$without"
		fi
	done
	printf 'smallest: seed %s, %s s, %s: %s\nagain: %s\n' "$seed" "$length" "${kept:-as it was}" \
		"$(violation "$best")" "$(repeat_command "$seed" "$length" "$kept")"
}

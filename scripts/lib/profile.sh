# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # variables are shared with bht-run
#
# lib/profile.sh - a profile is a file of scripts/profiles/ that says which tests run with
# which parameters, and why. This reads one, and what HOURS= may be. Sourced by
# bht-run.
#
#   # ...                      a comment
#   duration 10                as --duration; likewise hours, smp, mem
#   test NAME WHY...           in the order in which they run
#   omit GLOB WHY...           tests that somebody might miss here

readonly profiles_dir=${BHT_PROFILES_DIR:-$bht_top/scripts/profiles}	# tests have another

profile_tests=()		# set by read_profile
declare -A profile_values=()

known_profiles()
{
	(cd -- "$profiles_dir" && printf '%s\n' *)
}

# read_profile NAME: set profile_tests and profile_values.
read_profile()
{
	local name=$1 file=$profiles_dir/$1 key value why number=0

	[[ $name =~ ^[a-z0-9_-]+$ && -f $file ]] ||
		usage_error "bad --profile '$name': no such profile; known are $(known_profiles | paste -s -d ' ')"
	while read -r key value why; do
		number=$((number + 1))
		case $key:${value:+value}:${why:+why} in
		:* | '#'*) ;;
		test:value:why) profile_tests+=("$value") ;;
		omit:value:why) ;;
		duration:value: | hours:value: | smp:value: | mem:value:) profile_values[$key]=$value ;;
		*) environment_error "$file, line $number is no 'test NAME WHY', 'omit GLOB WHY', or a number of duration, hours, smp, mem" ;;
		esac
	done <"$file"
	((${#profile_tests[@]})) || environment_error "$file names no test"
}

# hours_to_seconds HOURS: print them; false unless it is a number from 0.01 to 240.
hours_to_seconds()
{
	[[ $1 =~ ^([0-9]{1,3}(\.[0-9]{0,4})?|\.[0-9]{1,4})$ ]] || return
	awk -v hours="$1" 'BEGIN {
		if (hours < 0.01 || hours > 240)
			exit 1
		printf "%d\n", hours * 3600
	}'
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with bht-run
#
# lib/profile.sh - profiles: a file of scripts/profiles/ says which tests run, with which
# parameters, and why. Reads one and applies it to the command line of bht-run.
# Sourced by bht-run and bht-farm after lib/options.sh.
#
#   # ...                      a comment
#   duration 10                as --duration; likewise hours, smp, mem
#   test NAME WHY...           in the order in which they run
#   omit GLOB WHY...           tests that somebody might miss here

readonly profiles_dir=${BHT_PROFILES_DIR:-$bht_top/scripts/profiles}	# tests have another

# So that a soak of a fraction of an hour runs several of its tests.
readonly soak_tests_min=20 soak_duration_min=5

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

# apply_profile: take its tests, and its numbers where the command line has none.
apply_profile()
{
	local key

	was_given profile || return 0
	! was_given tests ||
		usage_error "--tests '$tests' and --profile '$profile' both say which tests run: give one of them"
	read_profile "$profile"
	tests=${profile_tests[*]}
	for key in "${!profile_values[@]}"; do
		was_given "$key" || declare -g "$key=${profile_values[$key]}"
	done
}

# check_hours: only a soak lasts for hours. A short soak has short tests.
check_hours()
{
	local longest

	if [[ ! -v profile_values[hours] ]]; then
		! was_given hours ||
			usage_error "bad --hours '$hours': only for a profile that lasts for hours: --profile soak"
		return 0
	fi
	[[ $mode == tests ]] || usage_error "bad --mode '$mode': a soak runs tests"
	soak_s=$(hours_to_seconds "$hours") ||
		usage_error "bad --hours '$hours': allowed is a number from 0.01 to 240"
	longest=$((soak_s / soak_tests_min))
	((longest >= soak_duration_min)) || longest=$soak_duration_min
	if ((duration > longest)) && ! was_given duration; then
		duration=$longest
	fi
	environment+=(BHT_BRIEF=1)
}

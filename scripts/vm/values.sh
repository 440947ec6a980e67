# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/values.sh - the values of bht-run's options: refuses what can be refused before
# anything is started, with one line that names it. Sourced by bht-run, whose variables it
# reads, after vm/icount.sh.
# shellcheck disable=SC2154

# shellcheck source=scripts/vm/exact.sh
source "$bht_top/scripts/vm/exact.sh"

# check_values: of the command line and of the profile.
check_values()
{
	local pair

	[[ -n $kernel ]] || usage_error "bad --kernel '': see bht-kernel --help"
	case $kernel in
	'~'/*) kernel=$(home_dir)/${kernel#'~/'} ;;
	esac
	case $kernel in
	/* | ./* | ../*)
		[[ $again || -e ${kernel%:*} ]] || usage_error "bad --kernel '$kernel': no such file or folder" ;;
	esac
	# shellcheck disable=SC2086 # words on purpose
	one_of --strategy "$strategy" $strategies
	one_of --mode "$mode" tests bench command shell build pack
	one_of --accel "$accel" auto tcg kvm icount
	number --duration "$duration" 1 36000 seconds
	check_smp "$accel" "$smp"
	number --mem "$mem" 256 1048576 MB
	((10#$mem % 2 == 0)) || usage_error "bad --mem '$mem': two nodes need an even number"
	[[ -n $seed ]] || seed=$(random_seed)
	number --seed "$seed" 0 4294967295
	[[ -z $time_limit ]] || number --timeout "$time_limit" 1 "$time_limit_max" seconds
	[[ $mode != command || -n $command ]] || usage_error "--mode command needs --command"
	[[ $mode != pack || -d $output ]] || usage_error "--mode pack needs --output and a folder there"
	for pair in ${environment[@]+"${environment[@]}"}; do
		[[ $pair =~ ^[A-Za-z_][A-Za-z_0-9]*= ]] || usage_error "bad --env '$pair': not NAME=VALUE"
	done
	for pair in ${archives[@]+"${archives[@]}"}; do
		[[ -f $pair && -r $pair ]] || usage_error "bad --archive '$pair': no such file"
	done
	check_trace
	# Others read a number with a leading zero as octal.
	duration=$((10#$duration)) smp=$((10#$smp)) mem=$((10#$mem)) seed=$((10#$seed))
}

trace_recipes()
{
	(cd -- "$bht_top/traces/recipes" && printf '%s\n' *)
}

# check_paths: the folders that make works in can be written, and their names be read by it.
check_paths()
{
	local cache

	cache=$(cache_dir)
	mkdir -p -- "$bht_build" 2>/dev/null || true
	[[ -w $bht_build ]] ||
		environment_error "cannot write to $bht_build: set BHT_BUILD to a folder that can be written"
	check_build_paths
	check_path "$cache" "set XDG_CACHE_HOME to another folder"
}

# check_trace: the recipes exist; the guest is told which.
check_trace()
{
	local recipe

	take_exact
	[[ -n $trace ]] || return 0
	for recipe in ${trace//,/ }; do
		[[ $recipe != */* && -f $bht_top/traces/recipes/$recipe ]] ||
			usage_error "bad --trace '$recipe': no such recipe; known are $(trace_recipes | paste -s -d ' ')"
	done
	environment+=("BHT_TRACE=$trace")
}

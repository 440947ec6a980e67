# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # bht_top is lib/base.sh's
#
# farm/matrix.sh - reads a matrix (see scripts/farm/example.matrix) into rows, one a
# shard. A line of the matrix is a product of lists. All that is bad is named at once, each
# with the number of its line, and nothing is done. Sourced by bht-farm.

readonly most_shards=100000
readonly matrix_keys='kernel mutant tests strategy seeds duration hours smp mem accel device arch'

matrix=''	# the file
line_number=0	# the line being read
bad_things=0	# found so far

# bad_line TEXT...: say it, and go on for what else is bad.
bad_line()
{
	say "$matrix:$line_number: $*"
	bad_things=$((bad_things + 1))
}

# read_matrix FILE: set the array `rows`: LINE KERNEL MUTANT TESTS STRATEGY SEED
# SECONDS SOAK SMP MEM ACCEL DEVICE ARCH, separated by tabs. TESTS are joined by +.
read_matrix()
{
	local line known

	matrix=$1
	known=" $(make -s -C "$bht_top/selftests" list | tr '\n' ' ')"
	rows=()
	while IFS= read -r line || [[ $line ]]; do
		line_number=$((line_number + 1))
		line=${line%%#*}
		line=${line%$'\r'}
		[[ $line =~ [^[:space:]] ]] || continue
		read_line "$line"
	done <"$matrix"
	((!bad_things)) || exit "$EXIT_USAGE"
	((${#rows[@]})) || usage_error "$matrix: no line with kernel= and tests="
}

# read_line LINE: add its product to `rows`. Uses the caller's `known`.
read_line()
{
	local word key bad_before=$bad_things
	local -A value=([mutant]=none [strategy]=kernel [seeds]=1 [duration]=30 [hours]=0
		[smp]=2 [mem]=768 [accel]=tcg [device]=qemu [arch]=$host_architecture) given=()
	local -a words seeds seconds soaks

	read -ra words <<<"$1"
	for word in "${words[@]}"; do
		key=${word%%=*}
		if [[ $word != *=?* || " $matrix_keys " != *" $key "* ]]; then
			bad_line "bad word '$word': KEY=VALUE, where KEY is one of $matrix_keys"
		elif [[ -v given[$key] ]]; then
			bad_line "bad word '$word': $key= was there already"
		else
			[[ $word != *, ]] || bad_line "bad word '$word': nothing after the last comma"
			value[$key]=${word#*=}
		fi
		given[$key]=1
	done
	for key in kernel tests; do
		[[ ${value[$key]-} || -v given[$key] ]] || bad_line "$key= is needed"
	done
	[[ ${value[hours]} == 0 || ${value[tests]} == profile:soak ]] ||
		bad_line "bad hours '${value[hours]}': only tests=profile:soak lasts for hours"
	expand_profiles
	check_values
	expand_seeds "${value[seeds]}"
	expand_durations "${value[duration]}"
	expand_hours "${value[hours]}"
	((bad_things == bad_before)) || return 0
	decimal smp
	decimal mem
	check_count || return 0
	product '' kernel mutant tests strategy seeds seconds soaks smp mem accel device arch
}

# check_count: refuse a line with too many combinations before they are made. Uses the
# caller's value, seeds, seconds and soaks.
check_count()
{
	local key count=$((${#seeds[@]} * ${#seconds[@]} * ${#soaks[@]}))
	local -a items

	for key in kernel mutant tests strategy smp mem accel device arch; do
		IFS=, read -ra items <<<"${value[$key]}"
		count=$((count * ${#items[@]}))
		if ((${#rows[@]} + count > most_shards)); then
			bad_line "more than $most_shards shards"
			return 1
		fi
	done
}

# product ROW KEY...: all combinations. Uses the caller's value, seeds, seconds
# and soaks.
product()
{
	local row=$1 key item
	local -a items

	if (($# == 1)); then
		rows+=("$line_number$row")
		return 0
	fi
	key=$2
	case $key in
	seeds) items=("${seeds[@]}") ;;
	seconds) items=("${seconds[@]}") ;;
	soaks) items=("${soaks[@]}") ;;
	*) IFS=, read -ra items <<<"${value[$key]}" ;;
	esac
	for item in "${items[@]}"; do
		product "$row"$'\t'"$item" "${@:3}"
	done
}

# expand_profiles: profile:NAME becomes its tests, which run in one shard. Its numbers count
# where the line has none. Uses the caller's value and given.
expand_profiles()
{
	local item
	local -a items expanded=()

	IFS=, read -ra items <<<"${value[tests]-}"
	for item in "${items[@]}"; do
		if [[ $item == profile:* ]]; then
			profile_tests=() profile_values=()
			if [[ ! -f $profiles_dir/${item#*:} ]]; then
				bad_line "bad tests '$item': known profiles are $(known_profiles | paste -s -d ' ')"
				continue
			fi
			read_profile "${item#*:}"
			item=$(printf '+%s' "${profile_tests[@]}")
			item=${item#+}
			take_numbers "${items[@]}"
		fi
		expanded+=("$item")
	done
	value[tests]=$(IFS=,; printf '%s' "${expanded[*]}")
}

# take_numbers TESTS...: the numbers of the profile just read, unless the line says
# otherwise. They are the whole line's, so other tests beside it need numbers of their own.
take_numbers()
{
	local key

	for key in duration smp mem; do
		[[ -v profile_values[$key] && ! -v given[$key] ]] || continue
		(($# == 1)) || [[ ${profile_values[$key]} == "${value[$key]}" ]] ||
			bad_line "'$*' have different numbers: say $key=, or give each a line"
		value[$key]=${profile_values[$key]}
	done
}

# check_values: of one line, in the caller's value.
check_values()
{
	local item

	each kernel is_kernel "distro, a packaged release (6.1.0-49-amd64), a version (6.1:debug), a folder"
	known_flavours
	each mutant is_mutant "none or a name in selftests/mutants/"
	each tests are_tests "profile:NAME, or selftests, joined by + in one shard, of:$known"
	each strategy is_strategy "kernel, busted, held, evict"
	each smp is_smp "a whole number from 1 to 64"
	each mem is_mem "an even number from 256 to 1048576"
	each accel is_accel "tcg, kvm, icount"
	each device is_device "qemu, or TYPE:ipxe, TYPE:grub, TYPE:uboot for boards"
	each arch is_architecture "$(known_architectures | paste -s -d ' ')"
	if [[ ,${value[accel]}, == *,icount,* ]]; then
		each smp can_take_turns "with accel=icount, a whole number from 1 to $icount_smp_max"
		[[ ,${value[device]}, == ,qemu, ]] || bad_line "accel=icount needs device=qemu"
	fi
	for item in ${value[kernel]+${value[kernel]//,/ }}; do
		[[ ${value[mutant]} == none || $item != distro && $item != *-@(amd64|arm64) ]] ||
			bad_line "bad mutant '${value[mutant]}': the packaged kernel '$item' cannot be mutated"
		[[ $item != *-@(amd64|arm64) || $(architecture_of "${item##*-}") == "${value[arch]}" ]] ||
			bad_line "bad kernel '$item': it is one of ${item##*-}, and arch is ${value[arch]}"
	done
}

# known_flavours: of the line's kernels, on each of its architectures.
known_flavours()
{
	local item arch has

	for item in ${value[kernel]+${value[kernel]//,/ }}; do
		[[ $item =~ ^[0-9]+\.[0-9]+: ]] || continue
		for arch in ${value[arch]//,/ }; do
			# shellcheck disable=SC2310 # a question
			is_architecture "$arch" || continue
			has=$(flavours_of "$arch")
			[[ " $has" == *" ${item#*:} "* ]] ||
				bad_line "bad kernel '$item': flavours on $arch are ${has% }"
		done
	done
}

# each KEY IS_GOOD ALLOWED: every item of the list is good.
each()
{
	local item
	local -a items

	IFS=, read -ra items <<<"${value[$1]-}"
	for item in "${items[@]}"; do
		"$2" "$item" || bad_line "bad $1 '$item': allowed is $3"
	done
}

# decimal KEY: the list's numbers without leading zeros, which others read as octal.
decimal()
{
	local item
	local -a items numbers=()

	IFS=, read -ra items <<<"${value[$1]}"
	for item in "${items[@]}"; do
		numbers+=($((10#$item)))
	done
	value[$1]=$(IFS=,; printf '%s' "${numbers[*]}")
}

is_kernel()
{
	[[ $1 == distro || $1 == [0-9]*.*-@(amd64|arm64) || $1 =~ ^[0-9]+\.[0-9]+(:[a-z0-9]+)?$ || -d ${1%:*} ]]
}

is_mutant()
{
	[[ $1 == none || $1 != */* && -f $bht_top/selftests/mutants/$1.cocci ]]
}

are_tests()
{
	local test

	[[ $1 && +$1+ != *++* ]] || return
	for test in ${1//+/ }; do
		[[ $known == *" $test "* ]] || return 1
	done
}

is_strategy()
{
	[[ " kernel busted held evict " == *" $1 "* ]]
}

is_smp()
{
	is_integer "$1" 1 64
}

is_mem()
{
	is_integer "$1" 256 1048576 && ((10#$1 % 2 == 0))
}

is_accel()
{
	[[ $1 == tcg || $1 == kvm || $1 == icount ]]
}

can_take_turns()
{
	is_integer "$1" 1 "$icount_smp_max"
}

is_device()
{
	[[ $1 == qemu || $1 =~ ^[A-Za-z0-9._-]+:(ipxe|grub|uboot)$ ]]
}

is_architecture()
{
	[[ $1 != */* && -e $bht_top/scripts/arch/$1.sh ]]
}

# expand_seeds LIST: set the caller's array `seeds`.
expand_seeds()
{
	local item first last
	local -a items

	IFS=, read -ra items <<<"$1"
	for item in "${items[@]}"; do
		first=${item%%-*} last=${item#*-}
		if ! is_integer "$first" 0 4294967295 || ! is_integer "$last" 0 4294967295 ||
				((10#$first > 10#$last)); then
			bad_line "bad seeds '$item': allowed is a number from 0 to 4294967295, or FIRST-LAST"
			continue
		fi
		if ((10#$last - 10#$first >= most_shards)); then
			bad_line "more than $most_shards shards"
			continue
		fi
		for ((first = 10#$first; first <= 10#$last; first++)); do
			seeds+=("$first")
		done
	done
}

# expand_durations LIST: set the caller's array `seconds`.
expand_durations()
{
	local item number unit
	local -a items
	local -A factor=([s]=1 [m]=60 [h]=3600)

	IFS=, read -ra items <<<"$1"
	for item in "${items[@]}"; do
		number=${item%[smh]}
		unit=${item#"$number"}
		if ! is_integer "$number" 1 36000 ||
				! is_integer "$((10#$number * ${factor[${unit:-s}]}))" 1 36000; then
			bad_line "bad duration '$item': allowed is 1s to 10h (30, 30s, 10m, 2h)"
			continue
		fi
		seconds+=("$((10#$number * ${factor[${unit:-s}]}))")
	done
}

# expand_hours LIST: set the caller's array `soaks`, to seconds.
expand_hours()
{
	local item
	local -a items

	IFS=, read -ra items <<<"$1"
	for item in "${items[@]}"; do
		if [[ $item == 0 ]]; then
			soaks+=(0)
		else
			soaks+=("$(hours_to_seconds "$item")") ||
				bad_line "bad hours '$item': allowed is 0, or 0.01 to 240"
		fi
	done
}

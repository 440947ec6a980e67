# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/tests.sh - the selftests: which there are, which of them were asked for, and what
# those need (tools of this machine, memory that is offline in the guest, words on the
# kernel's command line). Sourced by bht-run, whose variables it sets.
# shellcheck disable=SC2034,SC2154

# MB of memory that is offline in the guest. `cma` needs a gigabyte for a huge page and
# a block for the kernel itself, `memory_offline` needs a block.
readonly cma_spare_mem=1152 offline_spare_mem=128

# Where time is counted in instructions: a test of a profile ends at so many times what a
# verdict needs, unless its duration is given.
readonly enough_with_icount=20

# Tests with a group of bht-setup of the same name. It is installed only for them.
readonly tests_with_tools='filesystems cma memory_offline migrate_pages storm peers'

known_tests()
{
	make -s -C "$bht_top/selftests" list
}

# default_tests: those that give a verdict on a kernel within minutes.
default_tests()
{
	make -s -C "$bht_top/selftests" list-default
}

# choose_tests: turn names and globs into the names of tests.
choose_tests()
{
	local word name known chosen=''
	local option=--tests
	local -a words

	[[ -z $profile ]] || option="test of --profile $profile,"
	known=$(known_tests) || environment_error "cannot list the selftests"
	read -ra words <<<"${tests//,/ }" || true
	((${#words[@]})) || mapfile -t words < <(default_tests)
	for word in "${words[@]}"; do
		local matched=''

		for name in $known; do
			# shellcheck disable=SC2053 # a glob on purpose
			[[ $name == $word ]] || continue
			matched=1
			[[ " $chosen " == *" $name "* ]] || chosen+="${chosen:+ }$name"
		done
		[[ -n $matched ]] ||
			usage_error "bad $option '$word': no such test; known are $(paste -s -d ' ' <<<"$known")"
	done
	tests=$chosen
	for name in $tests_with_tools; do
		if [[ " $tests " == *" $name "* ]]; then
			tools_of_tests+=(--for "$name")
		fi
	done
	# shellcheck disable=SC2310 # questions, of one command
	if [[ $accel:$mode:$soak_s == icount:tests:0 ]] && ! was_given tests && ! was_given duration; then
		append="bht.enough=$enough_with_icount $append"
	fi
	# A kernel without /proc/sys cannot turn it on later.
	if [[ " $tests " =~ ' '(numa_balancing|storm)' ' ]]; then
		append="numa_balancing=enable $append"
	fi
	# Under emulation there are few accesses a second. With the detector's own choice, one of
	# 4,000 watched for 80 us, it saw nothing in 33,000 lookups.
	if [[ $kernel == *:kcsan ]]; then
		append="kcsan.skip_watch=400 kcsan.udelay_task=300 $append"
	fi
	case " $tests " in
	*' cma '*)
		spare_mem=$cma_spare_mem
		append="cma=64M $append" ;;
	*' stall '*) append="cma=64M $append" ;;
	*' memory_offline '* | *' storm '*) spare_mem=$offline_spare_mem ;;
	esac
	[[ $arch_has_spare_memory ]] || spare_mem=0
}

# base_file DIR: print the name of the file that says where the guest's base is. The
# base depends on the tests.
base_file()
{
	printf '%s/base-%s\n' "$1" "$(cksum <<<"$tests" | cut -d ' ' -f 1)"
}

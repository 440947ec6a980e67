# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/again.sh - keeps in a run folder what its guest was booted from, and boots that again
# with other options: RUN/again. The files are hard links where the file systems allow it.
# Sourced by bht-run, whose variables it reads.
# shellcheck disable=SC2034,SC2154

again=''	# the run folder to boot from, nothing for a run of its own
words=()	# the command line, with that of the run before it

# take_again WORD...: set `again` and `words`.
take_again()
{
	local word
	local -a rest=()

	while (($#)); do
		case $1 in
		--again) shift; again=${1-}; [[ $again ]] || usage_error "option --again needs a value; see bht-run --help" ;;
		--again=*) again=${1#*=} ;;
		*) rest+=("$1") ;;
		esac
		(($# == 0)) || shift
	done
	words=(${rest[@]+"${rest[@]}"})
	[[ $again ]] || return 0
	for word in ${rest[@]+"${rest[@]}"}; do
		case $word in
		--kernel* | --mutant* | --config*)
			usage_error "${word%%=*} and --again: the run's own kernel is booted" ;;
		esac
	done
	[[ -d $again ]] || again=$bht_build/runs/$again
	[[ -d $again ]] || usage_error "bad --again '${again##*/}': no such run folder"
	again=$(realpath -- "$again")
	[[ -s $again/again/kernel && -s $again/again/options ]] ||
		usage_error "bad --again '${again##*/}': that run has kept no kernel"
	mapfile -d '' words <"$again/again/options"
	words+=(${rest[@]+"${rest[@]}"})
}

# keep_for_again RUN LINES IMAGE BASE DIR: all that is needed to boot it again.
keep_for_again()
{
	local run=$1 file

	mkdir -- "$run/again"
	printf '%s\0' --seed "$seed" ${arch_suffix:+--arch "$arch_name"} ${words[@]+"${words[@]}"} >"$run/again/options"
	sed -e "s,^image=.*,image=$run/again/kernel," -e 's,^source=.*,source=,' -- "$2" >"$run/again/lines"
	linked "$3" "$run/again/kernel"
	linked "$4" "$run/again/base.cpio"
	for file in suite.cpio trace.cpio watch.cpio bhtorture.ko module/bhtorture.ko; do
		[[ ! -e $5/$file ]] || linked "$5/$file" "$run/again/${file##*/}"
	done
	# The dump cannot be read without it.
	file=$(field vmlinux "$2")
	[[ ! $crash_dump || ! -s $file ]] || linked "$file" "$run/vmlinux"
}

# linked FILE TO: on another file system it is a copy.
linked()
{
	ln -- "$1" "$2" 2>/dev/null || cp -- "$1" "$2"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/build.sh - configures and builds small kernels, of which one can build many.
# Sourced by bht-kernel after kernel/source.sh.
#
# A build folder holds
#   src/        the source, hard links to a pristine copy (never written to)
#   src/obj/    what is built from it. Below the source, because kbuild then
#               calls the source `..` in every command: both can be moved or
#               copied together, and stay up to date in make's eyes.
#   vmlinuz, lib/modules/RELEASE/, release, config, build.log, cpu_seconds

# shellcheck source=scripts/lib/arch.sh
source "$bht_top/scripts/lib/arch.sh"

# Raise this when builds change, unless the change is in the fragments.
readonly build_recipe=1

# What makes a failure readable: debug information, and the note that debuggers look for in
# a dump. It changes no code that runs, so it is in no key: kernels built before it, and the
# mutants of these, stay as they are. Where a kernel does not know an option, it does without.
readonly readable_config=$bht_top/scripts/kernel/configs/readable.config

config_fragments=()	# of --config: more options, which outrank ours

# fragments FLAVOUR: print the files that make its configuration, the last one counts.
fragments()
{
	printf '%s\n' "$bht_top"/{selftests/config,scripts/kernel/configs/{guest,"$arch_name"}.config}
	[[ $1 == fast ]] || printf '%s\n' "$bht_top/scripts/kernel/configs/$1.config"
	printf '%s\n' "$bht_top/scripts/kernel/configs/optional.config"
	[[ $arch_name == x86_64 ]] || printf '%s\n' "$bht_top/scripts/kernel/configs/optional-$arch_name.config"
	((${#config_fragments[@]} == 0)) || printf '%s\n' "${config_fragments[@]}"
}

# options FLAVOUR: print all that the fragments ask for.
options()
{
	fragments "$1" | xargs -d '\n' grep -hE '^CONFIG_[A-Za-z0-9_]+=' -- |
		awk -F = '{ option[$1] = $0 } END { for (name in option) print option[name] }' |
		sort -u
}

# config_suffix: print how a kernel with --config is told from one without.
config_suffix()
{
	((${#config_fragments[@]} == 0)) ||
		printf '+config-%s' "$(cat -- "${config_fragments[@]}" | sha256sum | cut -c 1-8)"
}

# check_config: the files of --config are there, and hold options only.
check_config()
{
	local file line i

	for i in "${!config_fragments[@]}"; do
		file=${config_fragments[$i]}
		[[ -f $file && -r $file ]] || usage_error "bad --config '$file': no such file"
		line=$(awk '!/^(CONFIG_[A-Za-z0-9_]+=.+|[[:space:]]*(#.*)?)$/ { print FNR ":" $0; exit }' "$file")
		[[ -z $line ]] || usage_error "bad --config '$file': line ${line%%:*} is no CONFIG_NAME=VALUE: '${line#*:}'"
		config_fragments[i]=$(realpath -- "$file")
	done
}

# build_key FLAVOUR TEXT...: print a short hash of all that makes a build what
# it is: the texts (source and mutants), fragments, compiler and recipe.
build_key()
{
	local flavour=$1

	shift
	{
		printf '%s\n' "$build_recipe" "$@"
		"${arch_cross}gcc" --version | sed -n 1p
		[[ $arch_name == x86_64 ]] || printf '%s\n' "$arch_name"
		options "$flavour"
	} | sha256sum | cut -c 1-12
}

# known_options SRC: print every option that the source's Kconfig files define.
known_options()
{
	find "$1/" -path "$1/obj*" -prune -o -name 'Kconfig*' -type f -print0 |
		xargs -0 sed -nE 's/^[[:space:]]*(menu)?config[[:space:]]+([A-Za-z0-9_]+).*/CONFIG_\2/p' |
		sort -u
}

# awk_argument: print which awk make has to take, if not the first. gawk and mawk walk through
# an array in different orders: 7.3's cpufeaturemasks.h differs, all the kernel includes it,
# and a mutant would be compiled as a whole where gawk has been installed since its kernel
# was built. mawk is in every Debian.
awk_argument()
{
	[[ $(readlink -f -- "$(command -v awk)") == */mawk ]] || ! command -v mawk >/dev/null ||
		printf 'AWK=mawk\n'
}

# kernel_make SRC OBJ ARG...: OBJ is the name of a folder below SRC. Nothing of
# the builder gets into the image, so that equal sources make equal images.
kernel_make()
{
	local src=$1 obj=$2
	local -a awk

	shift 2
	mkdir -p -- "$src/$obj"
	mapfile -t awk < <(awk_argument)
	make_clean_env nice make -C "$src" "O=$obj" "-j$(nproc)" "ARCH=$arch_make" "${arch_make_cross[@]:1}" \
		KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_USER=bht KBUILD_BUILD_HOST=bhtorture \
		KCFLAGS=-Wno-error "${awk[@]}" "$@" </dev/null
}

# make_clean_env COMMAND...: run it without the variables of a make above us, such as
# the user's KERNEL= and O=.
make_clean_env()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u O -u M -u KBUILD_OUTPUT \
		-u KBUILD_EXTMOD -u LOCALVERSION -u KERNELRELEASE "$@"
}

# configure SRC OBJ FLAVOUR: the smallest configuration with all the fragments'
# options. One that did not stick is an error that names it.
configure()
{
	local src=$1 obj=$1/$2 flavour=$3 option value got missing=0 known

	mkdir -p -- "$obj"
	all_options "$obj" "$flavour" >"$obj/bht.config"
	kernel_make "$src" "$2" KCONFIG_ALLCONFIG=bht.config allnoconfig
	known=$(known_options "$src")
	while IFS='=' read -r option value; do
		got=$(sed -n "s/^$option=//p" "$obj/.config")
		[[ ${got:-n} != "$value" ]] || continue
		if grep -qx "$option" <<<"$known"; then
			say "$option=$value did not stick (is '${got:-not set}'): a dependency is missing in scripts/kernel/configs/ or in --config"
		elif grep -q "^$option=" "$bht_top"/scripts/kernel/configs/optional*.config; then
			continue
		else
			say "this kernel does not know $option; if it needs none, it belongs into scripts/kernel/configs/optional.config"
		fi
		missing=$((missing + 1))
	done < <(options "$flavour")
	((missing == 0)) || return 1
}

# all_options OBJ FLAVOUR: print the options, and in front of them those for debugging:
# the last one counts. Objects that were built without these stay so.
all_options()
{
	if [[ ! -e $1/.config ]] || grep -qx 'CONFIG_DEBUG_INFO=y' "$1/.config"; then
		grep -hE '^CONFIG_' -- "$readable_config"
	fi
	options "$2"
}

# compile SRC OBJ LOCALVERSION OUTDIR: build and put the results into OUTDIR.
compile()
{
	local src=$1 obj=$2 localversion=$3 outdir=$4 release

	kernel_make "$src" "$obj" "LOCALVERSION=$localversion" "$arch_target" modules
	release=$(<"$src/$obj/include/config/kernel.release")
	kernel_make "$src" "$obj" "LOCALVERSION=$localversion" \
		"INSTALL_MOD_PATH=$outdir" INSTALL_MOD_STRIP=1 modules_install
	rm -f -- "$outdir/lib/modules/$release"/{build,source}
	cp -- "$src/$obj/$arch_image" "$outdir/vmlinuz"
	cp -- "$src/$obj/.config" "$outdir/config"
	if grep -qx 'CONFIG_DEBUG_INFO=y' "$src/$obj/.config"; then
		ln -f -- "$src/$obj/vmlinux" "$outdir/vmlinux"
	fi
	printf '%s\n' "$release" >"$outdir/release"
	printf '%s\n' "$src/$obj" >"$src/$obj/bht.path"
	object_makefile >"$src/$obj/Makefile"
}

# object_makefile: print a Makefile for the folder of objects, so that modules can
# be built with make -C. Kbuild's own has absolute paths; this one finds the source
# from its own place, wherever both were moved.
object_makefile()
{
	cat <<-'END'
	obj := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
	.PHONY: kbuild $(MAKECMDGOALS)
	$(filter-out kbuild,$(MAKECMDGOALS)): kbuild ; @:
	kbuild: ; @$(MAKE) --no-print-directory -C $(dir $(obj)) O=$(obj) $(MAKECMDGOALS)
	END
}

# end_with_user JOB: when the user's command has ended, by a signal for example, end the
# processes of this job. They are known by their environment: make does not end with the
# shell that waits for it.
end_with_user()
{
	local pid

	while cache_user_is_there "$BHT_CACHE_USER"; do
		sleep 1
	done
	grep -lszxF -- "BHT_BUILD_JOB=$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
		kill -TERM "$pid" || true
	done
}

# logged OUTDIR NAME COMMAND...: run it with its output in OUTDIR/build.log and
# its CPU time in OUTDIR/cpu_seconds. A failure is shown, and its log is kept.
logged()
{
	local outdir=$1 name=$2 log logs status=0 before self=$BASHPID guard
	local -x BHT_BUILD_JOB=$BASHPID-$RANDOM

	shift 2
	log=$outdir/build.log
	say "building $name"
	before=$(children_cpu "$self")
	end_with_user "$BHT_BUILD_JOB" >/dev/null 2>&1 9>&- &
	guard=$!
	begin_progress build_progress "$log" "$name" "$(usual_files)"
	in_strict_shell "$@" >"$log" 2>&1 || status=$?
	end_progress
	kill "$guard" 2>/dev/null || true
	wait "$guard" 2>/dev/null || true
	awk -v a="$before" -v b="$(children_cpu "$self")" \
		'BEGIN { printf "%.0f\n", b - a }' >"$outdir/cpu_seconds"
	if ((status)); then
		logs=$(cache_dir)/logs
		mkdir -p -- "$logs" && cp -- "$log" "$logs/$name.log"
		grep -m 10 -E '(error|Error|\*\*\*|did not stick|does not know|matches nothing)' "$log" >&2 ||
			true
		say "building $name failed; log: $logs/$name.log"
		return "$EXIT_ENVIRONMENT"
	fi
	say "built $name in $(<"$outdir/cpu_seconds") CPU-seconds"
}

# usual_files: print how many files another kernel had that was built here, 0 without one.
usual_files()
{
	local log files=0

	for log in "$(cache_dir)"/kernels/"$arch_prefix"built-*/build.log; do
		files=$(grep -csE '^  (CC|AS|AR|LD|HOSTCC) ' -- "$log" || true)
		((!files)) || break
	done
	printf '%d\n' "${files:-0}"
}

# build_from_source SOURCE FLAVOUR NAME OUTDIR: a kernel of a pristine source.
build_from_source()
{
	local source=$1 flavour=$2 name=$3 outdir=$4

	cp -al -- "$source" "$outdir/src"
	logged "$outdir" "$name" configure_and_compile "$outdir/src" obj "$flavour" \
		"-bht-$flavour" "$outdir"
}

configure_and_compile()
{
	configure "$1" "$2" "$3"
	compile "$1" "$2" "$4" "$5"
}

# built_lines NAME ENTRY BUILD SOURCE VERSION: the output of `path` for kernels
# built here. The image itself must say that it is the one asked for: its release
# carries flavour and mutants.
built_lines()
{
	local entry=$2 release found kselftest

	release=$(<"$entry/release")
	found=$(image_release "$entry/vmlinuz")
	[[ $found == "$release" ]] ||
		environment_error "$entry/vmlinuz is '$found', not '$release': remove that folder"
	kselftest=$(kselftest_source "$4") || exit
	cat <<-END
	ident=$1
	release=$release
	version=$5
	image=$entry/vmlinuz
	build=$3
	modules=$entry/lib/modules/$release
	source=$4
	kselftest=$kselftest
	config=$entry/config
	END
	debug_lines "$entry/vmlinux" "$4" "$3"
	[[ ! -s $entry/mutant.diff ]] || printf 'mutation=%s\n' "$entry/mutant.diff"
	[[ ! -s $entry/cpu_seconds ]] || printf 'build_cpu_s=%s\n' "$(<"$entry/cpu_seconds")"
}

# image_release FILE: print the release that a kernel carries: a bzImage in its header, an
# Image of arm64, gzipped or not, in what it says first.
image_release()
{
	local offset release

	if [[ $(dd "if=$1" bs=1 skip=514 count=4 status=none | tr -d '\0') != HdrS ]]; then
		release=$({ gzip -dc -- "$1" 2>/dev/null || cat -- "$1"; } |
			LC_ALL=C grep -ao 'Linux version [0-9][^ ]* ')
		[[ $release ]] || return
		release=${release%%$'\n'*}
		release=${release#Linux version }
		printf '%s\n' "${release% }"
		return
	fi
	offset=$(od -An -tu2 -j 526 -N 2 -- "$1")
	dd "if=$1" bs=1 skip=$((offset + 512)) count=128 status=none |
		tr '\0' '\n' | awk 'NR == 1 { print $1 }'
}

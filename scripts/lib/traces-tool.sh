# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/traces-tool.sh - builds a program of traces/ for who runs it, or for a guest. Sourced
# after lib/base.sh and lib/arch.sh.
# shellcheck disable=SC2154 # bht_top and bht_build are lib/base.sh's

# traces_tool NAME PART: print the path of bht-NAME, built when it is older than its
# source. PART of traces/ is what an error names. The build needs the group NAME of
# bht-setup.
traces_tool()
{
	local dir=$bht_build/traces log

	check_build_paths
	mkdir -p -- "$dir"
	log=$dir/$1.log
	(
		unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
		flock 9
		make -s -C "$bht_top/traces" OUTPUT="$dir" "$dir/bht-$1" >"$log" 2>&1 9>&-
	) 9>"$dir/$1.lock" || {
		grep -m 5 -E 'error|cannot|No such|not found' "$log" >&2 || true
		environment_error "traces/$2 does not build, see $log"
	}
	printf '%s\n' "$dir/bht-$1"
}

# guest_traces: print the folder of the guest's programs.
guest_traces()
{
	printf '%s/%straces\n' "$bht_build" "$arch_prefix"
}

# make_guest_traces ROOT PROGRAM...: build them for the guest; ROOT is that of
# guest/sysroot.sh, empty where this machine's own serve.
make_guest_traces()
{
	local root=$1 folder
	local -a environment=() compiler=()

	shift
	folder=$(guest_traces)
	if [[ $root ]]; then
		environment=("PKG_CONFIG_SYSROOT_DIR=$root"
			"PKG_CONFIG_LIBDIR=$root/usr/lib/$arch_triplet/pkgconfig:$root/usr/share/pkgconfig")
		compiler=("CC=$root/cross/${arch_cross}gcc")
	fi
	env ${environment[@]+"${environment[@]}"} make -C "$bht_top/traces" OUTPUT="$folder" \
		${compiler[@]+"${compiler[@]}"} "${@/#/$folder/}"
}

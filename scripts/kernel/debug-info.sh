# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # variables are shared with the others
#
# kernel/debug-info.sh - what tells the file and line of an address: which kernels have it.
# Sourced by bht-kernel before the other parts of kernel/.

debug_info=''	# --debug-info: a kernel that lacks it will not do

# debug_lines VMLINUX SOURCE MODULES: what tells the file and line of an address, if it is
# there: the modules below that folder have debug information, too.
debug_lines()
{
	[[ ! -s $1 ]] || printf '%s\n' "vmlinux=$1" "debug_source=$2" "debug_modules=$3"
}

# lacks_debug_info ENTRY: it was built before kernels had any.
lacks_debug_info()
{
	[[ -d $1 && ! -s $1/vmlinux ]]
}

# has_debug_info VMLINUX
has_debug_info()
{
	readelf --section-headers --wide -- "$1" 2>/dev/null | grep ' \.debug_info ' >/dev/null
}

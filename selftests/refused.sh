#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# refused.sh [MODULE] - say why the running kernel would not load that module, or one that
# is built here and not signed; nothing when it may. In one line, for `make run_tests`.
# BHT_LIVE_ROOT: the folder of proc/ and sys/, for a test.

root=${BHT_LIVE_ROOT-}
module=${1-}

refused()
{
	echo "this kernel refuses modules ($1): bht-watch of traces/watch watches it without one"
	exit 0
}

[ -d "$root/proc/sys/kernel" ] || exit 0
[ -e "$root/proc/sys/kernel/modules_disabled" ] || refused "it has no CONFIG_MODULES"
read -r disabled <"$root/proc/sys/kernel/modules_disabled"
[ "$disabled" = 0 ] || refused "kernel.modules_disabled is $disabled"

# What is signed is for the kernel to judge.
ending=$([ -z "$module" ] || tail -c 28 -- "$module" 2>/dev/null)
case $ending in
*'Module signature appended'*) exit 0 ;;
esac
if [ -r "$root/sys/kernel/security/lockdown" ]; then
	mode=$(sed -n 's/.*\[\(.*\)\].*/\1/p' "$root/sys/kernel/security/lockdown")
	case $mode in
	'' | none) ;;
	*) refused "lockdown=$mode, and it is not signed" ;;
	esac
fi
if [ -r "$root/sys/module/module/parameters/sig_enforce" ]; then
	read -r enforce <"$root/sys/module/module/parameters/sig_enforce"
	[ "$enforce" = N ] || refused "module.sig_enforce is $enforce, and it is not signed"
fi

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/exact.sh - measuring from outside, by a plugin of QEMU's (traces/exact). The guest does
# not notice: neither its inputs nor its output change. Sourced by vm/values.sh; reads
# variables of bht-run and of vm/icount.sh.
# shellcheck disable=SC2154,SC2034

# take_exact: set `exact` when the recipes in `trace` have that word, or exact-events, which
# no guest sees.
take_exact()
{
	local recipe
	local -a rest=()

	exact=''
	for recipe in ${trace//,/ }; do
		if [[ $recipe == exact || $recipe == exact-events ]]; then
			exact=$recipe
		else
			rest+=("$recipe")
		fi
	done
	[[ $exact ]] || return 0
	[[ $accel == icount ]] ||
		usage_error "bad --trace 'exact': it counts instructions, add --accel icount (make: ACCEL=icount)"
	trace=$(IFS=, && printf '%s' "${rest[*]-}")
}

# make_exact: build the plugin. QEMU loads it: it is this machine's, whatever the guest is.
make_exact()
{
	make -C "$bht_top/traces" "OUTPUT=$bht_build/traces" "$bht_build/traces/exact.so"
}

# exact_plugin PLACES RUN: PLACES is a folder of bht-places. Print what QEMU is told, and make
# the folder that it writes into.
exact_plugin()
{
	local plugin=$bht_build/traces/exact.so

	mkdir -p -- "$2/results"
	printf '%s,places=%s,symbols=%s,output=%s,shift=%s%s\n' "${plugin//,/,,}" \
		"${1//,/,,}/places" "${1//,/,,}/symbols" "${2//,/,,}/results" "$icount_shift" \
		"$([[ ${exact-} != exact-events ]] || printf ,events=1)"
}

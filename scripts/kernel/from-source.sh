# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # debian_recipe is that of kernel/debian.sh
#
# kernel/from-source.sh - kernels built from Debian's source packages, with mutants or
# without. Sourced by bht-kernel after the other parts of kernel/.

# source_kernel SERIES FLAVOUR PATCH...: print path lines for a kernel of a source
# package, fetching and building what is not in the cache.
source_kernel()
{
	local series=$1 flavour=$2 source key entry base version
	local -a patches=("${@:3}")

	source=$(fetch_source "$series") || exit
	version=${source##*/"${arch_prefix}linux-${series}_"}
	version=${version%-r"$debian_recipe"}
	key=$(build_key "$flavour" "${source##*/}")
	if [[ $debug_info ]] && lacks_debug_info "$(cache_dir)/kernels/${arch_prefix}built-$series-$flavour-$key"; then
		key=$(build_key "$flavour" "${source##*/}" debug-info)
	fi
	base=$(cached "kernels/${arch_prefix}built-$series-$flavour-$key" build_from_source "$source" \
		"$flavour" "$arch_prefix$series-$flavour") || exit
	entry=$base
	if ((${#patches[@]})); then
		entry=$(mutated_entry "$base/src" obj "$flavour" "$(<"$base/release")" "$key" \
			"${patches[@]}") || exit
	fi
	built_lines "$series:$flavour$arch_suffix$(config_suffix)$(mutation_suffix "${patches[@]}")" "$entry" "$entry/src/obj" "$source" "${version//%3a/:}"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/plan.sh - what bht-kernel would do to have a kernel, in words; nothing of it is
# done. Sourced by bht-kernel after the other parts of kernel/.

plan=''		# set: say it only

# plan_packaged distro|RELEASE
plan_packaged()
{
	local release=$1 version='' view

	read -r view < <(package_views)
	if [[ $1 == distro ]]; then
		read -r release version < <(stock_release "$view") || true
	else
		read -r release version < <(stock_version "$view" "$1") || true
	fi
	if [[ ! $version ]]; then
		printf 'packaged, not in the lists of this machine: lists and kernel are fetched first\n'
	elif [[ -d $(cache_dir)/$(stock_key "$release" "$version") ]]; then
		printf '%s %s, packaged, in the cache\n' "$release" "$version"
	else
		printf '%s %s, packaged, fetched first\n' "$release" "$version"
	fi
}

# plan_source SERIES FLAVOUR PATCH...
plan_source()
{
	local key current folder

	current=$(cache_dir)/sources/${arch_prefix}current-$1
	folder=$(cat -- "$current" 2>/dev/null || true)
	if [[ ! $folder || ! -d $(cache_dir)/$folder ]]; then
		check_apt
		printf 'linux-source-%s, if there is one: fetched and built first\n' "$1"
		return
	fi
	folder=${folder##*/}
	if ! command -v "${arch_cross}gcc" >/dev/null; then
		key=''
	else
		key=$(build_key "$2" "$folder")
	fi
	if [[ ! -d $(cache_dir)/kernels/${arch_prefix}built-$1-$2-$key ]]; then
		printf '%s, built first\n' "${folder%-r*}"
	else
		printf '%s, in the cache%s\n' "${folder%-r*}" "$( (($# == 2)) || printf ', the mutant built first')"
	fi
}

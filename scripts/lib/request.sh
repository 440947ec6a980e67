# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/request.sh - writes into a run folder what was asked for: request.json for
# bht-result, and command, which repeats the run. Sourced by bht-run, whose variables
# it reads.
# shellcheck disable=SC2154

# quoted COMMAND...: print it with the quotation marks that a shell needs.
quoted()
{
	local word line=''

	for word in "$@"; do
		if [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then
			line+=" $word"
		else
			line+=" '${word//\'/\'\\\'\'}'"
		fi
	done
	printf '%s\n' "${line# }"
}

# field NAME FILE: print one of bht-kernel's values.
field()
{
	sed -n "s/^$1=//p" "$2"
}

# kernel_json KERNEL_FILE: print which kernel it is, for bht-result.
kernel_json()
{
	jq --null-input --arg release "$(field release "$1")" --arg ident "$(field ident "$1")" \
		--arg version "$(field version "$1")" --arg asked "$kernel" \
		'{release: $release, ident: $ident, version: $version,
		  source: ([$asked, $version] | map(select(. != "")) | join(" "))}'
}

# debug_json KERNEL_FILE: print what tells the file and line of an address: for bht-result.
debug_json()
{
	jq --null-input --arg vmlinux "$(field vmlinux "$1")" --arg source "$(field debug_source "$1")" \
		--arg modules "$(field debug_modules "$1")" \
		'{vmlinux: $vmlinux, source: $source, modules: $modules} | if .vmlinux == "" then null else . end'
}

# write_request RUN KERNEL_FILE
write_request()
{
	local asked_tests='' allowed='[]'

	[[ $mode != tests ]] || asked_tests=$tests
	((${#allow[@]} == 0)) || allowed=$(printf '%s\n' "${allow[@]}" | jq --raw-input . | jq --slurp .)
	jq --null-input --arg mode "$mode" --arg tests "$asked_tests" --arg architecture "$arch_name" --argjson seed "$seed" \
		--argjson kernel "$(kernel_json "$2")" \
		--arg strategy "$strategy" --argjson duration "$duration" \
		--arg profile "$profile" --argjson soak_s "$soak_s" \
		--argjson allow "$allowed" --argjson debug "$(debug_json "$2")" \
		'{mode: $mode, tests: ($tests | split(" ") | map(select(. != ""))), seed: $seed,
		  kernel: $kernel, architecture: $architecture, strategy: $strategy, duration: $duration, profile: $profile,
		  soak_s: $soak_s, allow_console: $allow, debug: $debug}' >"$1/request.json"
	# The last --seed counts.
	quoted scripts/bht-run "${given[@]}" ${arch_suffix:+--arch "$arch_name"} --seed "$seed" >"$1/command"
}

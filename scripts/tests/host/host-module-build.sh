#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module builds against the distribution's kernel without a warning, with
# W=1 and under sparse; on other architectures against the headers of their packages:
# arm64, and s390x, whose bytes are in the other order.
# time-limit: 900
# needs: build fetch sparse cross-arm64 cross-s390x

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/checked.sh
source scripts/tests/checked.sh

# foreign_headers ARCHITECTURE: print what a folder to build modules for it in is made of: the
# release, then the packages of Debian's headers and of this machine's tools of the same
# version.
foreign_headers()
{
	# shellcheck disable=SC2016 # for that shell
	bash -c 'set -euo pipefail
		for part in lib/base lib/progress lib/apt kernel/debian; do
			source "scripts/$part.sh"
		done
		view=machine@$1
		update_view "$view"
		depends=$(package_field "$view" "linux-headers-$1" Depends)
		[[ $depends =~ linux-headers-([^ ]+)\ \(=\ ([^\)]+)\) ]]
		release=${BASH_REMATCH[1]} version=${BASH_REMATCH[2]}
		series=$(series_of "$release")
		printf "%s\n" "$release"
		download machine "linux-kbuild-$series=$(same_version machine "linux-kbuild-$series" "$version")"
		download "$view" "linux-headers-$release=$version" "linux-headers-${release%-*}-common=$version"' \
		- "$1"
}

# unpack FOLDER RELEASE PACKAGE...: what foreign_headers printed.
unpack()
{
	local deb

	for deb in "${@:3}"; do
		dpkg-deb -x "$deb" "$1"
	done
	# shellcheck disable=SC2016 # for that shell
	bash -c 'set -euo pipefail
		source scripts/lib/base.sh
		source scripts/kernel/debian.sh
		relative_include "$1"' - "$1/usr/src/linux-headers-$2/Makefile"
}

# builds NAME BUILD WORD...: the module does, without a warning; WORD is for make.
builds()
{
	local copy=$scratch/module-$1 before=$failures

	cp -a module "$copy"
	make -C "$2" M="$copy" O= "${@:3}" clean >/dev/null
	run make -C "$2" M="$copy" O= W=1 C=2 -j "$(nproc)" "${@:3}" modules
	expect_status 0
	if grep -E 'warning|error' <<<"$output"; then
		wrong "$1: warnings, see above"
	fi
	expect "$1: no bhtorture.ko" test -s "$copy/bhtorture.ko"
	expect "$1: licence is not GPL" test "$(modinfo -F license "$copy/bhtorture.ko")" = GPL
	((failures > before)) || keep_clean "$hash"
}

# has_built COMPILER PACKAGES: these sources have, without a complaint, with the same of both.
has_built()
{
	local -a files

	mapfile -t files < <(source_files | grep '^module/')
	hash=$(hash_of "module-build $(sha256sum <"${BASH_SOURCE[0]}") $("$1" --version) $(sparse --version) $2" \
		"${files[@]}")
	was_clean "$hash"
}

trim_checked
has_built gcc "$(kernel_field build)" || builds here "$(kernel_field build)"
while read -r architecture compiler word; do
	# On such a machine it has been built already.
	[[ $(dpkg --print-architecture) != "$architecture" ]] || continue
	# shellcheck disable=SC2310 # without its last step nothing is printed
	headers=$(foreign_headers "$architecture") || {
		wrong "no headers of $architecture"
		continue
	}
	if ! has_built "$compiler-gcc" "$headers"; then
		mapfile -t parts <<<"$headers"
		unpack "$scratch/$architecture" "${parts[@]}"
		builds "$architecture" "$scratch/$architecture/usr/src/linux-headers-${parts[0]}" \
			"ARCH=$word" "CROSS_COMPILE=$compiler-"
	fi
done <<-'END'
	arm64 aarch64-linux-gnu arm64
	s390x s390x-linux-gnu s390
END
finish

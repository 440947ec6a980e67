#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The module builds against the distribution's kernel without a warning, with
# W=1 and under sparse; on other architectures, with W=1, against the headers of their
# packages: arm64, and s390x, whose bytes are in the other order.
# time-limit: 900
# needs: build fetch sparse cross-arm64 cross-s390x

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# foreign_headers ARCHITECTURE: print a folder to build modules for it in, made of Debian's
# headers and this machine's tools of the same version.
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
		tools=$(download machine "linux-kbuild-$series=$(same_version machine "linux-kbuild-$series" "$version")")
		debs=$(download "$view" "linux-headers-$release=$version" "linux-headers-${release%-*}-common=$version")
		for deb in $tools $debs; do
			dpkg-deb -x "$deb" "$2"
		done
		relative_include "$2/usr/src/linux-headers-$release/Makefile"
		printf "%s\n" "$2/usr/src/linux-headers-$release"' - "$1" "$scratch/$1"
}

# builds NAME BUILD WORD...: the module does, without a warning; WORD is for make.
builds()
{
	local copy=$scratch/module-$1

	cp -a module "$copy"
	make -C "$2" M="$copy" O= "${@:3}" clean >/dev/null
	run make -C "$2" M="$copy" O= W=1 -j "$(nproc)" "${@:3}" modules
	expect_status 0
	if grep -E 'warning|error' <<<"$output"; then
		wrong "$1: warnings, see above"
	fi
	expect "$1: no bhtorture.ko" test -s "$copy/bhtorture.ko"
	expect "$1: licence is not GPL" test "$(modinfo -F license "$copy/bhtorture.ko")" = GPL
}

builds here "$(kernel_field build)" C=2
while read -r architecture compiler word; do
	# On such a machine it has been built already.
	[[ $(dpkg --print-architecture) != "$architecture" ]] || continue
	# shellcheck disable=SC2310 # without its last step nothing is printed
	build=$(foreign_headers "$architecture") || {
		wrong "no headers of $architecture"
		continue
	}
	builds "$architecture" "$build" "ARCH=$word" "CROSS_COMPILE=$compiler-"
done <<-'END'
	arm64 aarch64-linux-gnu arm64
	s390x s390x-linux-gnu s390
END
finish

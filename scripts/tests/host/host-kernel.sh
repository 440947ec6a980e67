#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-kernel: what `path` prints is all there, and every bad name or dead
# network is one clear line.
# time-limit: 300
# needs: kernel fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-kernel path distro
expect_status 0
for key in ident release version image build modules source kselftest; do
	expect_output "^$key=."
done
release=$(kernel_field release)
expect "image" test -s "$(kernel_field image)"
expect "build" test -s "$(kernel_field build)/Module.symvers"
expect "modules" test -s "$(kernel_field modules)/modules.dep"
expect "lib.mk" test -s "$(kernel_field source)/tools/testing/selftests/lib.mk"
expect "checkpatch" test -s "$(kernel_field source)/scripts/checkpatch.pl"

# library FUNCTION ARG...: call into bht-kernel's parts.
library()
{
	# shellcheck disable=SC2016 # for the shell that is started
	bash -c 'set -euo pipefail
		source scripts/lib/base.sh
		for part in debian source build mutant tree; do
			source "scripts/kernel/$part.sh"
		done
		"$@"' library "$@"
}

# An image says itself what it is, and one that is not what it should be is refused.
run library image_release "$(kernel_field image)"
expect_output "^$release\$"
mkdir -- "$scratch/entry"
cp -- "$(kernel_field image)" "$scratch/entry/vmlinuz"
printf '6.1.0-bht-fast\n' >"$scratch/entry/release"
run library built_lines 6.1:fast "$scratch/entry" build source 6.1
expect_status 3
expect_output "is '$release', not '6.1.0-bht-fast'"
run library image_release scripts/lib/base.sh
expect_status 1

# Release strings have room for 63 characters.
run library mutant_localversion debug 6.1.192 selftests/mutants/{first-buffer-only,buffer-left-locked}.cocci
expect_status 0
expect "too long: $output" test "${#output}" -le 56
expect "something was installed" test ! -e "/lib/modules/$release/modules.dep" -o \
	"$(uname -r)" = "$release" -o -e "/var/lib/dpkg/info/linux-image-$release.list"

for name in nonsense 99.9 /nonexistent 6.1.0-999-amd64 6.1:nonsense; do
	run scripts/bht-kernel path "$name"
	expect_status 2 3
	expect_output "'?$name'?"
done
run scripts/bht-kernel path nonsense
expect_status 2
expect_lines 1
expect_output 'known: .*distro'
run scripts/bht-kernel
expect_status 2
expect_lines 1
run scripts/bht-kernel path
expect_status 2
expect_lines 1

# A machine without network: nothing is cached, every request is refused.
export XDG_CACHE_HOME=$scratch/cache
run env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \
	scripts/bht-kernel path distro
expect_status 3
expect_output 'cannot fetch '
expect "half a kernel was published" test ! -e "$scratch/cache/bhtorture/kernels" -o \
	-z "$(ls -A "$scratch/cache/bhtorture/kernels" 2>/dev/null)"
run env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 scripts/bht-kernel list
expect_status 0
expect_output 'cannot fetch the package lists'
expect_output "^in the cache \\($scratch/cache/bhtorture\\):"
finish

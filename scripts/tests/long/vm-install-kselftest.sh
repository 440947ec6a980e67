#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# In a kernel tree: `make install-kselftest`, then kselftest's own gen_tar (which
# installs) on this machine, and in a guest both what was packed and run_tests in the
# tree. One kernel; BHT_TREE_KERNELS names others. Builds what is not in the cache.
# time-limit: 3000
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly selftests=tools/testing/selftests

# value KEY FILE: of what bht-kernel path printed.
value()
{
	sed -n "s/^$1=//p" "$2"
}

# pack_guest TREE OUTPUT: an initramfs with the packed tests, and with as much of the
# tree as `make run_tests` reads. A tar inside of it, which keeps times: the guest
# has no compiler, make must find everything built.
pack_guest()
{
	local root=$scratch/root

	rm -rf -- "$root"
	mkdir -p -- "$root/usr/bin" "$root/usr/lib/x86_64-linux-gnu" "$root/in-tree"
	cp -- "$(command -v make)" "$root/usr/bin/"
	ldd "$(command -v make)" | grep -oE '/lib/x86[^ ]+' |
		xargs cp -L -t "$root/usr/lib/x86_64-linux-gnu" --
	cp -- "$1/$selftests/kselftest_install/kselftest-packages/kselftest.tar.gz" "$root/in-tree/"
	tar -C "$1" --exclude=kselftest_install -cf "$root/in-tree/tree.tar" tools/scripts scripts/subarch.include \
		"$selftests"/{Makefile,lib.mk,kselftest.h,kselftest_harness.h,kselftest,bhtorture}
	(cd -- "$root" && find . -mindepth 1 | cpio --create --format=newc --quiet --owner=0:0) >"$2"
}

# in_guest PATHS COMMAND: run it on the kernel that PATHS describes.
in_guest()
{
	local base suite

	base=$(scripts/bht-initramfs base --release "$(value release "$1")" \
		--modules "$(value modules "$1")")
	# For the libraries that the test programs need.
	suite=$(scripts/bht-run --mode build --kernel "$kernel" 2>&1 | sed -n 's,^bht-run: built: \(.*\)/install$,\1/suite.cpio,p')
	run scripts/bht-vm --runs-dir "$scratch/runs" --kernel-image "$(value image "$1")" \
		--initrd "$base" --initrd "$suite" --initrd "$scratch/guest.cpio" \
		--env BHT_DURATION=3 --timeout 900 --command "$2"
}

for kernel in ${BHT_TREE_KERNELS:-6.1}; do
	scripts/bht-kernel path "$kernel" >"$scratch/paths"
	tree=$scratch/linux-$kernel
	cp -al -- "$(value source "$scratch/paths")" "$tree"

	run make install-kselftest KSRC="$tree"
	expect_status 0
	run make -C "$tree/$selftests" TARGETS=bhtorture KDIR="$(value build "$scratch/paths")" gen_tar
	expect_status 0
	run tar -tzf "$tree/$selftests/kselftest_install/kselftest-packages/kselftest.tar.gz"
	for file in run_kselftest.sh bhtorture/{bhtorture.ko,move_pages,convict,settings}; do
		expect_output "^\./$file\$"
	done

	pack_guest "$tree" "$scratch/guest.cpio"
	in_guest "$scratch/paths" 'mkdir /tmp/packed && cd /tmp/packed &&
		tar -xzf /in-tree/kselftest.tar.gz && ./run_kselftest.sh -t bhtorture:controls'
	expect_status 0
	expect_output '^ok 1 selftests: bhtorture: controls'
	# Its status says nothing about the tests: read the TAP.
	in_guest "$scratch/paths" "mkdir /tmp/tree && cd /tmp/tree && tar -xf /in-tree/tree.tar &&
		make -C $selftests TARGETS=bhtorture run_tests"
	expect_status 0
	for test in move_pages compaction controls; do
		expect_output "^ok [0-9]+ selftests: bhtorture: $test"
	done
	expect "a test failed" test -z "$(grep '^not ok' <<<"$output")"
	rm -rf -- "$tree"
done

run scripts/bht-install-kselftest "$scratch"
expect_status 2
expect_output 'not a kernel source tree'
finish

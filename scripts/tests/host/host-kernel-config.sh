#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The configuration fragments: every option sticks, and one that does not is
# named. One version every day; BHT_CONFIG_KERNELS names others.
# time-limit: 900
# needs: kernel fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

# A copy of the project, because its fragments are changed.
cp -r -- scripts selftests "$scratch/"

# take_source KERNEL: a tree to configure again and again. Kbuild's own tools are compiled once.
take_source()
{
	rm -rf -- "$scratch/src"
	mkdir -- "$scratch/src"
	cp -al -- "$(scripts/bht-kernel fetch "$1")/." "$scratch/src"
}

# configure_as FLAVOUR [FRAGMENT...]: what bht-kernel does before it compiles.
configure_as()
{
	rm -f -- "$scratch"/src/obj/.config*
	# shellcheck disable=SC2016 # for the shell that is started
	bash -c 'set -euo pipefail
		source "$1/scripts/lib/base.sh"
		for part in debian source build; do
			source "$1/scripts/kernel/$part.sh"
		done
		config_fragments=("${@:3}")
		configure "$1/src" obj "$2"
		cp "$1/src/obj/.config" "$1/configured"' configure "$scratch" "$@"
}

for kernel in ${BHT_CONFIG_KERNELS:-6.1}; do
	take_source "$kernel"
	for flavour in fast debug kcsan btf; do
		run configure_as "$flavour"
		expect_status 0
	done
done

# Options of the user's own outrank ours.
printf '# mine\nCONFIG_BLK_DEV_LOOP=y\nCONFIG_CONFIGFS_FS=y\n' >"$scratch/mine.config"
expect "loop is a module by default" grep -qx CONFIG_BLK_DEV_LOOP=m "$scratch/configured"
run configure_as fast "$scratch/mine.config"
expect_status 0
expect "--config has no effect" grep -qx CONFIG_BLK_DEV_LOOP=y "$scratch/configured"
printf 'BLK_DEV_LOOP=y\n' >"$scratch/bad.config"
run scripts/bht-kernel path 6.1 --config "$scratch/bad.config"
expect_status 2
expect_lines 1
expect_output "bad --config '.*': line 1 is no CONFIG_NAME=VALUE: 'BLK_DEV_LOOP=y'"
run scripts/bht-kernel path 6.1 --config /nonexistent
expect_status 2
run scripts/bht-kernel path distro --config "$scratch/mine.config"
expect_status 2
expect_output 'takes no --config'

sed -i '/^CONFIG_MD=y/d' "$scratch/selftests/config" "$scratch/scripts/kernel/configs/guest.config"
printf 'CONFIG_NO_SUCH_OPTION=y\nCONFIG_BLK_DEV_DM=y\nCONFIG_MD=n\n' \
	>>"$scratch/scripts/kernel/configs/guest.config"
run configure_as fast
expect_status 1
expect_output 'does not know CONFIG_NO_SUCH_OPTION'
expect_output "CONFIG_BLK_DEV_DM=y did not stick \(is 'not set'\)"
finish

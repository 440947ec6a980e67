#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-setup says what is missing and why, installs exactly that, is silent when
# nothing is missing and stops on machines that are not Debian's. The machine is
# pretended: a PATH without the tool, and an apt-get that only writes down what
# it is asked.
# time-limit: 120
# needs: check

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export XDG_CACHE_HOME=$scratch/cache

# fake_machine WITHOUT...: a folder for PATH with every command of this machine
# but some.
fake_machine()
{
	local folder

	rm -rf -- "${scratch:?}/bin"
	mkdir -- "$scratch/bin"
	for folder in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
		find "$folder/" -maxdepth 1 \( -type f -o -type l \) -exec \
			ln -sft "$scratch/bin" -- {} + 2>/dev/null || true
	done
	(cd "$scratch/bin" && rm -f -- "$@")
}

# fake_apt_get STATUS [COMMAND]: an apt-get that brings COMMAND.
fake_apt_get()
{
	rm -f -- "$scratch/bin/apt-get"
	cat >"$scratch/bin/apt-get" <<-END
		#!/bin/bash
		printf '%s\n' "\$*" >>$scratch/apt-calls
		[[ -z "${2-}" ]] || ln -sf /bin/true "$scratch/bin/${2-}"
		exit $1
	END
	chmod +x "$scratch/bin/apt-get"
	: >"$scratch/apt-calls"
}

setup()
{
	run env "PATH=$scratch/bin" "$scratch/bin/bash" scripts/bht-setup "$@"
}

run scripts/bht-setup --for check
expect_status 0
expect_no_output

fake_machine qemu-system-x86_64
setup --list
expect_status 3
expect_output 'qemu-system-x86 +the virtual machine'
expect_lines 1

fake_apt_get 0 qemu-system-x86_64
setup
expect_status 0
expect_output 'qemu-system-x86 +the virtual machine'
expect "did not install qemu" grep -q 'install --no-install-recommends qemu-system-x86$' "$scratch/apt-calls"

fake_machine qemu-system-x86_64
fake_apt_get 100
setup
expect_status 3
expect_output 'could not install: qemu-system-x86'
expect "did not retry with fresh lists" grep -q 'update$' "$scratch/apt-calls"

# A test that needs nothing installs nothing; one that needs something, that.
fake_machine qemu-system-x86_64 shellcheck sparse jq gcc
fake_apt_get 100
run env "PATH=$scratch/bin" "BHT_CHECK_LOGS=$scratch/logs" "$scratch/bin/bash" scripts/bht-check --tests host-lib
expect_status 0
expect "something was installed" test ! -s "$scratch/apt-calls"
run env "PATH=$scratch/bin" "BHT_CHECK_LOGS=$scratch/logs" "$scratch/bin/bash" scripts/bht-check --tests host-shellcheck
expect_status 3
expect_output 'could not install: shellcheck$'

fake_machine qemu-system-x86_64 apt-get dpkg
setup
expect_status 3
expect_output 'not a Debian system'
expect_output 'qemu-system-x86 +the virtual machine'

setup --for nonsense
expect_status 2
expect_output "unknown group 'nonsense'"
expect_lines 1
setup --nonsense
expect_status 2
expect_lines 1
finish

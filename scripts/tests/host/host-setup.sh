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

# Elsewhere the names are that distribution's, where they are known.
# elsewhere ID ID_LIKE COMMAND: what it tells to run for QEMU and libnuma.
elsewhere()
{
	printf 'ID=%s\nID_LIKE="%s"\n' "$1" "$2" >"$scratch/os-release"
	run env "PATH=$scratch/bin" "BHT_OS_RELEASE=$scratch/os-release" "$scratch/bin/bash" scripts/bht-setup
	expect_status 3
	expect_output "install the above: $3\$"
}

fake_machine qemu-system-x86_64 busybox apt-get dpkg
elsewhere fedora '' 'dnf install busybox qemu-system-x86-core'
elsewhere rocky 'rhel centos fedora' 'dnf install busybox qemu-system-x86-core'
elsewhere opensuse-tumbleweed 'opensuse suse' 'zypper install busybox-static qemu-x86'
elsewhere arch '' 'pacman -S busybox qemu-system-x86'
elsewhere nixos '' 'nix-shell -p pkgsStatic.busybox qemu'
elsewhere ubuntu debian 'apt-get install busybox-static qemu-system-x86'
elsewhere plan9 '' "by hand \\(these are Debian's names\\): busybox-static qemu-system-x86"

# What is there is found wherever it is: a library and headers in folders of their own.
mkdir -p -- "$scratch/prefix/include" "$scratch/prefix/lib"
: >"$scratch/prefix/include/elsewhere.h"
gcc -shared -x c /dev/null -o "$scratch/prefix/lib/libelsewhere.so.1"
# probe PROBE: is it present?
probe()
{
	# shellcheck disable=SC2016 # for the shell that is started
	run env "C_INCLUDE_PATH=$scratch/prefix/include" "LIBRARY_PATH=$scratch/prefix/lib" bash -c '
		source <(sed "/^main \"\$@\"/d; s,^source .*,:," scripts/bht-setup)
		is_present "$1"' probe "$1"
}
probe header:elsewhere.h
expect_status 0
probe library:libelsewhere.so.1
expect_status 0
probe header:nowhere.h
expect_status 1
probe library:libnowhere.so.1
expect_status 1

# Each package that is asked for has its names.
refuse "a package without names" grep -q . <<<"$(
	sed -nE '/^readonly tools/,/^'"'"'/s/^[a-z_-]+ +\| ([^ |]+) .*/\1/p' scripts/bht-setup | sort -u |
		grep -vE '^(lava|postgresql)' |
		grep -vxF -f <(awk '!/^#/ { print $1 }' scripts/lib/packages))"

setup --for nonsense
expect_status 2
expect_output "unknown group 'nonsense'"
expect_lines 1
setup --nonsense
expect_status 2
expect_lines 1
finish

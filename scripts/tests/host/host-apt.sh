#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Package lists of our own, from an archive in a folder: they hold packages and sources
# only, whatever else this machine's apt is configured to fetch or to run, and apt's own
# error is told. Sources that say `stable` are found by their codename.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

export XDG_CACHE_HOME=$scratch/cache
lists=$XDG_CACHE_HOME/bhtorture/apt/fresh/lists

# an_archive ORIGIN CODENAME: one package in `stable`, and a list of all files.
an_archive()
{
	local dists=$scratch/archive/dists/stable file

	mkdir -p -- "$dists/main/binary-amd64" "$dists/main/source"
	printf 'Package: thing\nVersion: 1\nArchitecture: amd64\nFilename: pool/thing.deb\nSize: 1\nDescription: it\n' \
		>"$dists/main/binary-amd64/Packages"
	: >"$dists/main/source/Sources"
	printf 'usr/bin/thing thing\n' >"$dists/main/Contents-amd64"
	{
		printf 'Origin: %s\nSuite: stable\nCodename: %s\nArchitectures: amd64\nComponents: main\nDate: %s\nSHA256:\n' \
			"$1" "$2" "$(date -Ru)"
		for file in main/binary-amd64/Packages main/source/Sources main/Contents-amd64; do
			printf ' %s %s %s\n' "$(sha256sum "$dists/$file" | cut -d ' ' -f 1)" \
				"$(stat -c %s "$dists/$file")" "$file"
		done
	} >"$dists/Release"
}

# library FUNCTION ARG...: call into lib/apt.sh.
library()
{
	# shellcheck disable=SC2016 # for the shell that is started
	bash -c 'set -euo pipefail
		source scripts/lib/base.sh
		source scripts/lib/progress.sh
		source scripts/lib/apt.sh
		source scripts/kernel/source.sh
		"$@"' library "$@"
}

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
an_archive mirror "$codename"
printf 'deb [trusted=yes arch=amd64] file:%s stable main\n' "$scratch/archive" >"$scratch/sources.list"
# As apt-file and appstream do it.
cat >"$scratch/apt.conf" <<-END
	Dir::Etc::sourcelist "$scratch/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::State::lists "$scratch/machine";
	Acquire::IndexTargets::deb::Contents-deb {
		MetaKey "\$(COMPONENT)/Contents-\$(ARCHITECTURE)";
		ShortDescription "Contents-\$(ARCHITECTURE)";
		Description "\$(RELEASE) Contents";
		DefaultEnabled "true";
	};
	APT::Update::Post-Invoke-Success { "touch $scratch/invoked"; };
END
mkdir -p -- "$scratch/machine/partial"
export APT_CONFIG=$scratch/apt.conf

run apt-get -q -o APT::Sandbox::User=root update
expect_status 0
expect "this machine's apt does not do what apt-file makes it do" \
	compgen -G "$scratch/machine/*Contents*"
expect "nothing was invoked" test -e "$scratch/invoked"
rm -- "$scratch/invoked"

run library update_view fresh
expect_status 0
expect "no list of packages" compgen -G "$lists/*Packages*"
refuse "more than lists of packages was fetched" compgen -G "$lists/*Contents*"
refuse "something of others was run" test -e "$scratch/invoked"

run library private_sources suites trixie
expect_status 0
expect "the archive was not found by its codename" \
	grep -qF "file:$scratch/archive/ trixie main" "$XDG_CACHE_HOME/bhtorture/apt/suites/sources.list"

# finds ORIGIN CODENAME: the machine's lists are of such an archive.
finds()
{
	rm -rf -- "$scratch/archive" "${scratch:?}/machine"
	mkdir -p -- "$scratch/machine/partial"
	an_archive "$1" "$2"
	apt-get -q -o APT::Sandbox::User=root update >/dev/null
	run library private_sources suites trixie
}

# Sid's lists say sid, and the system calls itself something else.
finds Debian sid
expect_status 0
# Ubuntu's archive has none of Debian's suites, even by the name that the system has.
printf 'ID=ubuntu\nVERSION_CODENAME=noble\n' >"$scratch/os-release"
export BHT_OS_RELEASE=$scratch/os-release
finds Ubuntu noble
expect_status 3
expect_output "do not list Debian's main archive"
run library suites_sources
expect_status 3
expect_output "no archive of Debian's: give KERNEL=DIRECTORY"
unset BHT_OS_RELEASE

# An archive that has gone: apt says why.
rm -r -- "$scratch/archive" "$XDG_CACHE_HOME/bhtorture/apt/fresh"
run library update_view fresh
expect_status 3
expect_output '^(E|Err|W):? ?.*archive'
expect_output 'cannot fetch the package lists \(fresh\)'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The README's two commands in a fresh Debian of each release, made from packages: by root,
# who has nothing but make, and by a user without sudo, who finds the tools installed, and a
# checkout that he cannot write to. There is no /dev/kvm, /tmp is noexec, and HOME is not set
# for root. BHT_CHROOT_SUITES: which releases.
# time-limit: 7200
# needs: run chroot

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/progress.sh
source scripts/lib/progress.sh
# shellcheck source=scripts/lib/apt.sh
source scripts/lib/apt.sh

((EUID == 0)) || skip "needs root, for a chroot"
read -ra suites <<<"${BHT_CHROOT_SUITES:-bookworm trixie}"

# inside ROOT COMMAND...: there, with its own /proc and a /dev without kvm, which go with it.
inside()
{
	local root=$1

	shift
	# shellcheck disable=SC2016 # for the shell that is started
	run unshare --mount --pid --fork --kill-child bash -c '
		set -e
		root=$1
		shift
		mount -t proc proc "$root/proc"
		mount -t tmpfs -o mode=755 tmpfs "$root/dev"
		mount -t tmpfs -o mode=1777,noexec tmpfs "$root/tmp"
		for node in null zero full random urandom tty; do
			cp -a -- "/dev/$node" "$root/dev/"
		done
		ln -s /proc/self/fd "$root/dev/fd"
		exec chroot "$root" "$@"' inside "$root" "$@"
}

# The archive that this machine uses, whatever its address is.
# shellcheck disable=SC2016 # apt's variables
archive=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' |
	awk -v release="$(os_release VERSION_CODENAME)" '$1 == release && $2 == "main" { print $3; exit }')
[[ $archive ]] || skip "this machine's apt has no Debian archive"

for suite in "${suites[@]}"; do
	root=$scratch/$suite
	run mmdebstrap --quiet --variant=apt --include=make "$suite" "$root" "$archive"
	expect_status 0
	mkdir -p -- "$root/work"
	git clone --quiet -- . "$root/work/bhtorture"
	inside "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		make -C /work/bhtorture run_tests
	expect_status 0
	expect_output '^verdict: pass$'
	# What was downloaded, in decimal MB; the packages that were installed do not count.
	fetched=$(du --bytes --summarize -- "$root/root/.cache/bhtorture/debs" | awk '{ printf "%d", $1 / 1e6 }')
	printf 'downloaded: %s MB\n' "$fetched"
	expect "downloaded: $fetched MB, more than the README says" test "$fetched" -le 245
	inside "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin make -C /work/bhtorture check TESTS=host-lib
	expect_status 0

	run chroot "$root" useradd --create-home somebody
	expect_status 0
	rm -rf -- "$root/work/bhtorture/build"
	inside "$root" setpriv --reuid=1000 --regid=1000 --clear-groups \
		env -i PATH=/usr/bin:/bin HOME=/home/somebody \
		make -C /work/bhtorture run_tests TESTS=move_pages DURATION=3 ACCEL=icount
	expect_status 0
	expect_output '^verdict: pass$'
	expect_output '^run folder: /home/somebody/.local/state/bhtorture/'
	inside "$root" setpriv --reuid=1000 --regid=1000 --clear-groups \
		env -i PATH=/usr/bin:/bin HOME=/home/somebody make -C /work/bhtorture check TESTS=host-lib
	expect_status 0
	rm -rf --one-file-system -- "$root"
done
finish

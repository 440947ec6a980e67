# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # scratch is expect.sh's
#
# guest.sh - what tests that boot a guest share: the distribution's kernel with the
# base initramfs and no suite, its run folder, its processes. Sourced after
# expect.sh by scripts/tests/*/vm-*.sh.

# shellcheck source=scripts/lib/arch.sh
source scripts/lib/arch.sh
# shellcheck source=scripts/vm/image.sh
source scripts/vm/image.sh

scripts/bht-kernel path distro >"$scratch/distro"

# distro FIELD: one value of the distribution's kernel.
distro()
{
	sed -n "s/^$1=//p" "$scratch/distro"
}

release=$(distro release)
base=$(scripts/bht-initramfs base --release "$release" --modules "$(distro modules)")
image=$(boot_image "$(distro image)" "$(distro source)")
readonly release base image
vm=(scripts/bht-vm --kernel-image "$image" --initrd "$base"
	--runs-dir "$scratch/runs" --timeout 300)

# boot OPTION...: run bht-vm to its end.
boot()
{
	run "${vm[@]}" "$@"
}

guest_is_ready()
{
	grep -qs '^# guest: ready' "$scratch/runs/latest/ktap.log"
}

# guest_pids: print the processes of guests that use this test's run folders.
guest_pids()
{
	local file

	for file in /proc/[0-9]*/cmdline; do
		if { tr '\0' ' ' <"$file"; } 2>/dev/null | grep "^qemu-system.*$scratch/runs" >/dev/null; then
			file=${file#/proc/}
			printf '%s\n' "${file%/cmdline}"
		fi
	done
}

no_guest_left()
{
	[[ -z $(guest_pids) ]]
}

# expect_ended HOW VERDICT: the latest run's folder is complete and says so, and no
# process is left.
expect_ended()
{
	local folder=$scratch/runs/latest file

	for file in console.log ktap.log result.json; do
		expect "no $file" test -f "$folder/$file"
	done
	expect_result ".ended == \"$1\" and .verdict == \"$2\""
	refuse "scratch space is left" test -e "$folder/.vm"
	expect "a guest is left over" no_guest_left
}

# expect_result JQ: an expression that holds for the latest result.json.
expect_result()
{
	jq --exit-status "$1" "$scratch/runs/latest/result.json" >/dev/null ||
		wrong "not so: $1 in $(jq --compact-output . "$scratch/runs/latest/result.json")"
}

a_guest_runs()
{
	! no_guest_left
}

# hashes: print fingerprint and output of the latest run.
hashes()
{
	jq --raw-output '.fingerprint, .output' "$scratch/runs/latest/result.json"
}

# twice COMMAND...: run it twice with --accel icount; `first` and `second` get what
# hashes() prints, first.log the first KTAP.
twice()
{
	run "$@"
	mapfile -t first < <(hashes)
	cp -- "$scratch/runs/latest/ktap.log" "$scratch/first.log"
	run "$@"
	mapfile -t second < <(hashes)
	expect "no fingerprint" grep -qxE '[0-9a-f]{64}' <<<"${first[0]}"
	expect "the fingerprints differ" test "${first[0]}" = "${second[0]}"
}

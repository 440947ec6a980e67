#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A run folder is complete, and says so, when the disk has no room for the files that
# the guest sent: the verdict comes first.
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

unshare --mount true 2>/dev/null || skip "no mount namespaces here"

# complete RUN: as bht-vm does it at its end, for a guest that finished.
cat >"$scratch/complete" <<-'END'
	set -euo pipefail
	source scripts/lib/base.sh
	source scripts/vm/folder.sh
	run=$1/run accel=tcg emulator=none smp=2 mem=768 mode=tests ended=finished
	reason='the guest finished' code=0 clock_khz='' clock_ready='' clock_done=''
	emulator_version() { echo 10.0; }
	guest_status() { echo 0; }
	hash_of() { sha256sum <"$1"; }
	mount -t tmpfs -o size=2m,nr_inodes=16 none "$1"
	mkdir -p -- "$run/.vm"
	fallocate --length 512K -- "$run/.vm/reserve"
	touch -- "$run/.vm/initrd" "$run/.vm/run.cpio"
	printf '{"mode":"tests","seed":1,"tests":["t"],"kernel":{"release":"6.1.0"}}' >"$run/request.json"
	cp -- "$2" "$run/.vm/results.img"
	: >"$run/console.log"
	printf '%s\n' '# guest: ready, Linux 6.1.0, 2 CPUs' \
		'# # bhtorture: {"name":"t","result":"pass","reason":""}' \
		'ok 1 selftests: bhtorture: t' >"$run/ktap.log"
	# Whatever else there is room for.
	i=0
	while : >"$1/full-$i"; do i=$((i + 1)); done 2>/dev/null
	trap 'complete_folder; echo "code $code"; ls -A "$run"; jq -c "[.verdict, .ended]" "$run/result.json"' EXIT
END
mkdir -- "$scratch/mount" "$scratch/files"
for ((i = 0; i < 30; i++)); do
	printf 'results\n' >"$scratch/files/$i"
done
tar --create --file="$scratch/results.img" --directory="$scratch/files" .
run unshare --mount bash "$scratch/complete" "$scratch/mount" "$scratch/results.img"
expect_output '^\["pass","finished"\]$'
expect_output '^code 0$'
expect_output 'result files are incomplete'
grep -qx '.vm' <<<"$output" && wrong "scratch space is left"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With --accel icount equal fingerprints give equal output, to the byte: a race is found
# by the same thread after the same migrations. A guest that sees the host's clock does
# not. Limits count the guest's time; files come out by a serial line.
# time-limit: 1500

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# hashes: print fingerprint and output of the latest run.
hashes()
{
	jq --raw-output '.fingerprint, .output' "$scratch/runs/latest/result.json"
}

# twice COMMAND...: run it twice; first and second get what hashes() prints.
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

# The inputs of the two runs are the same; the second is on a busier machine.
twice scripts/bht-run --runs-dir "$scratch/runs" --accel icount --tests convict \
	--strategy busted --duration 3 --seed 1
expect_status 1
expect_ended finished fail
expect_result '.host.accel == "icount" and .tests[0].first_violation.oracle == "ref_moved"'
expect_result '[.tests[0].violations[]] | add > 10'
expect "the output differs" cmp "$scratch/first.log" "$scratch/runs/latest/ktap.log"
expect "equal output has different hashes" test "${first[1]}" = "${second[1]}"

# The guest's time, its files, and that it has no disk.
boot --accel icount --command 'date; uname -n; echo kept >/results/file; ls /sys/block | grep vd; exit 7'
expect_status 7
expect_output '^Thu Jan  1 00:00:[0-9]+ UTC 2026$'
expect "a result file is lost" test "$(<"$scratch/runs/latest/results/file")" = kept
refuse "there is a virtio disk" grep -q '^vd' "$scratch/runs/latest/ktap.log"

# A clock of the host's that gets in is noticed: the fingerprint is that of the program
# which lets it in, twice the same, the output is not.
cat >"$scratch/qemu" <<-END
	#!/bin/sh
	[ \$# -gt 4 ] || exec $(command -v qemu-system-x86_64) "\$@"
	exec $(command -v qemu-system-x86_64) "\$@" -rtc base=utc,clock=vm
END
chmod +x "$scratch/qemu"
BHT_QEMU=$scratch/qemu twice "${vm[@]}" --accel icount --command 'date'
expect_status 0
refuse "the host's clock got in, and the output is the same" test "${first[1]}" = "${second[1]}"

# Hours of the guest's time are seconds here.
boot --accel icount --timeout 3600 --command 'sleep 100000'
expect_status 124
expect_ended time_limit error
expect_result '.reason == "the guest did not end within its time limit of 3600 s of its time"'
boot --accel icount --timeout 3600 --stall 900 --command 'sleep 100000'
expect_status 124
expect_ended hang error
expect_result '.reason == "the guest hangs: no output for 900 s of its time" and .console.problems == []'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-run ends at the first step that fails, as an error of the environment: what an
# earlier run has built is not booted in its place. Each step fails here once, by a
# program that does what it does on a full disk.
# time-limit: 600
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

mkdir -- "$scratch/bin" "$scratch/packed"

# broken PROGRAM OPTION...: bht-run, when PROGRAM fails.
broken()
{
	local program=$1

	shift
	rm -f -- "$scratch/bin"/*
	printf '#!/bin/sh\necho "%s: No space left on device" >&2\nexit 1\n' "$program" >"$scratch/bin/$program"
	chmod +x "$scratch/bin/$program"
	run env PATH="$scratch/bin:$PATH" scripts/bht-run --runs-dir "$scratch/runs" "$@"
	expect_status 3
	expect_output "^$program: No space left on device"
	expect_output "^bht-run: (the step '[a-z]+' failed|the module or the selftests do not build)"
	refuse "something was booted" test -e "$scratch/runs"
}

# What there is of earlier runs is whole, and stays.
run scripts/bht-run --mode build
expect_status 0
install=$(sed -n 's/^bht-run: built: //p' <<<"$output")
suite=${install%/install}/suite.cpio
before=$(sha256sum <"$suite")

broken rsync --tests move_pages
broken strip --tests move_pages
broken cpio --tests move_pages
broken gzip --mode pack --output "$scratch/packed"
expect "the earlier suite is as it was" test "$(sha256sum <"$suite")" = "$before"
finish

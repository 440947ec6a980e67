#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Ctrl-C and SIGTERM at any moment of a run, the build included: it ends, nothing
# that it started is left over, and the next run works.
# time-limit: 900
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/guest.sh
source scripts/tests/guest.sh

# In a copy, so that there is something to build.
mkdir "$scratch/copy"
source_files | grep -v '^build/' | tar --create --files-from=- | tar --extract --directory="$scratch/copy"

# Processes in whose folder or command line the copy or the runs are.
processes()
{
	local folder

	for folder in /proc/[0-9]*; do
		[[ ${folder#/proc/} != "$$" && ${folder#/proc/} != "$BASHPID" ]] || continue
		if [[ $(readlink "$folder/cwd" 2>/dev/null) == "$scratch/copy"* ]] ||
			{ tr '\0' ' ' <"$folder/cmdline"; } 2>/dev/null | grep -E "^[^ ]* .*$scratch/(copy/build|runs)" >/dev/null; then
			printf '%s ' "${folder#/proc/}"
		fi
	done
}

nothing_left()
{
	[[ -z $(processes) ]]
}

is_building()
{
	compgen -G "$scratch/copy/build/kernels/*/module/*.o" >/dev/null
}

start "$scratch/copy/scripts/bht-run" --runs-dir "$scratch/runs" --tests controls
wait_for 60 is_building
kill -TERM "$started"
await
expect_status 143
expect_output 'interrupted by SIGTERM'
wait_for 5 nothing_left
refuse "a run folder without a run" test -e "$scratch/runs/latest"

# Here it is built, or will be once.
start scripts/bht-run --runs-dir "$scratch/runs" --tests controls
wait_for 600 guest_is_ready
kill -INT -- "-$started"
await
expect_status 130
expect_output 'interrupted by SIGINT'
expect_output '^0 passed, [0-9] failed, 0 skipped$'
expect_ended interrupted error
wait_for 5 nothing_left
finish

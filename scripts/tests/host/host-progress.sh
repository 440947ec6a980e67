#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The line that shows on a terminal what is going on: MB of a download, files of a build,
# seconds and exposures of a test, the time left; and none of it in a log.
# time-limit: 90

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

cat >"$scratch/program" <<-'END'
	#!/usr/bin/env bash
	set -euo pipefail
	source scripts/lib/base.sh
	source scripts/lib/progress.sh
	"$@"
END
chmod +x -- "$scratch/program"

# on_terminal COMMAND...: of the program above; `output` is what the terminal got.
on_terminal()
{
	local -a words=("$scratch/program" "$@")

	run script --quiet --return --command "${words[*]@Q}" /dev/null
	output=$(tr '\r' '\n' <<<"$output")
}

command -v script >/dev/null || skip "no script(1), which makes a terminal"
mkdir -- "$scratch/partial"
head -c 3M /dev/zero >"$scratch/partial/deb"
{
	printf '  CC      a%d.o\n' {1..30}
	printf '  WRAP    x.h\n'
} >"$scratch/log"

cat >>"$scratch/program" <<-'END'
	shows()
	{
		begin_progress "$@"
		sleep 2.5
		end_progress
		say "done"
	}
END
sed -i '/^"\$@"$/d; $a "$@"' "$scratch/program"

on_terminal shows download_progress "$scratch/partial" 10240
expect_status 0
expect_output '^downloading: 3 of 10 MB'
expect_output '^.\[Kprogram: done'
on_terminal shows build_progress "$scratch/log" 6.1-fast 60
expect_output '^building 6.1-fast: 30 of about 60 files'
on_terminal shows build_progress "$scratch/log" 6.1-fast 0
expect_output '^building 6.1-fast: 30 files, [12] s'
run "$scratch/program" shows download_progress "$scratch/partial" 10240
expect_status 0
expect_lines 1
expect_output '^program: done$'

# The time that is left, once it can be said.
run "$scratch/program" time_left 25 100 10
expect_output ', about 30 s left'
run "$scratch/program" time_left 1 100 60
expect_output ', about 99 min left'
run "$scratch/program" time_left 0 100 60
expect_lines 0

# A run's KTAP: progress in one line, all the rest as it is.
printf '%s\n' 'TAP version 13' '# # move_pages.block_512: 4 s of 10, 34865 migrations, 2149 exposures' \
	'# ok 1 move_pages.block_512.hammered' 'ok 1 selftests: bhtorture: move_pages' \
	'# # compaction.direct: 2 s of 10, 7 migrations, 3 exposures' >"$scratch/ktap"
# shellcheck disable=SC2016 # for the shell that is started
run bash -c 'source scripts/lib/base.sh; source scripts/lib/progress.sh; test_progress 2 <"$0"' "$scratch/ktap"
output=$(tr '\r' '\n' <<<"$output")
expect_output '^test 1 of 2: move_pages.block_512: 4 s of 10, 34865 migrations, 2149 exposures'
expect_output '^test 2 of 2, about [0-9]+ s left: compaction.direct: 2 s of 10, 7 migrations'
expect_output '^.\[K# ok 1 move_pages.block_512.hammered$'
expect_output '^.\[KTAP version 13$'
finish

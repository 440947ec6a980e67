#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# CRASH_DUMP: at a panic and at the first violation the guest's memory is a file that drgn
# opens by the command that the summary prints, and the console is decoded.
# BHT_DUMP_KERNEL: of which kernel, default 6.1. (That of Debian 12's drgn.)
# time-limit: 3600
# needs: run kernel crash

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

kernel=${BHT_DUMP_KERNEL:-6.1}
cat >"$scratch/tasks.py" <<-'END'
	from drgn.helpers.linux import for_each_task
	print("release", prog["init_uts_ns"].name.release.string_().decode())
	for task in for_each_task(prog):
	    print("task", task.comm.string_().decode())
END

# opens: run the command that the summary has, with a script of ours.
opens()
{
	local command

	command=$(sed -n 's/^dump: //p' <<<"$output")
	expect "no command for the dump" test -n "$command"
	run bash -c "$command -q $scratch/tasks.py"
	expect_status 0
	expect_output "^release $(jq --raw-output .kernel.release "$folder/result.json")\$"
}

run scripts/bht-run --kernel "$kernel" --crash-dump --runs-dir "$scratch/panic" \
	--mode command --command 'echo c >/proc/sysrq-trigger'
expect_status 1
expect_output '^ended: panic: the guest panicked: .*sysrq triggered crash'
expect_output '^  at sysrq_handle_crash \(drivers/tty/sysrq.c:[0-9]+\)$'
folder=$scratch/panic/latest
expect "console-decoded.log" grep -q 'write_sysrq_trigger (drivers/tty/sysrq.c:[0-9]' "$folder/console-decoded.log"
opens
expect_output '^task sh$'

run scripts/bht-run --kernel "$kernel" --crash-dump --runs-dir "$scratch/violation" \
	--strategy busted --tests move_pages --duration 3
expect_status 1
expect_output 'writing the guest.s memory at the first violation'
expect_output '^violation in move_pages'
expect_output '^  at reference_[a-z_]+ \(module/judge/reference.c:[0-9]+\)'
folder=$scratch/violation/latest
expect "the run went on" test "$(jq '.tests | length' "$folder/result.json")" = 4
opens
expect_output '^task bht_'
finish

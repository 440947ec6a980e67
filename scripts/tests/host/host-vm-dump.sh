#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# When there is a dump to write, what becomes of QEMU's flattened form, how it is opened,
# and which lines of a decoded stack matter.
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/arch.sh
source scripts/lib/arch.sh
# shellcheck source=scripts/vm/dump.sh
source scripts/vm/dump.sh
# shellcheck source=scripts/lib/decode.sh
source scripts/lib/decode.sh

choose_architecture x86_64
run=$scratch/run
mkdir -- "$run"

# reason_of LINE...: of a console with these lines.
reason_of()
{
	printf '%s\r\n' "$@" >"$run/console.log"
	dump_reason
}

start='[    9.1] bhtorture: --- Start of test: test=move_pages.block_512 device=/dev/ram0'
controls='[    9.1] bhtorture: --- Start of test: test=controls.busted device=/dev/ram0'
violation='[   10.2] bhtorture: violation torn: device 1:0 block 7'
expect "a violation is a reason" test "$(reason_of "$start" "$violation")" = 'the first violation'
expect "a provoked one is none" test -z "$(reason_of "$controls" "$violation")"
expect "one after it is" test "$(reason_of "$controls" "$violation" "$start" "$violation")" = 'the first violation'
expect "a panic is, when it has been told" test "$(reason_of "$start" '[ 11.0] ---[ end Kernel panic - not syncing: x ]---')" = 'the panic'
for line in 'BUG: KASAN: use-after-free in f+0x1/0x2 [ext4]' 'WARNING: CPU: 1 PID: 7 at mm/migrate.c:9 f+0x1/0x2' \
	'Oops: general protection fault, probably for non-canonical address 0x1' 'Internal error: Oops: 96000004 [#1] SMP' \
	'EXT4-fs: WARNING: x' 'INFO: task sync:7 blocked for more than 120 seconds.' 'watchdog: BUG: soft lockup - CPU#0 stuck'; do
	expect "no reason: $line" test "$(reason_of "$start" "[   10.2] $line")" = 'the first complaint of the kernel'
	expect "no reason of a provoked one" test -z "$(reason_of "$controls" "[   10.2][  T7] $line")"
done
expect "a word is none" test -z "$(reason_of "$start" '[   10.2] brd: module loaded, no WARNING: at all')"
expect "not before" test -z "$(reason_of "$start" '[ 11.0] Kernel panic - not syncing: x')"
expect "nothing is none" test -z "$(reason_of "$start")"

# Two records, the later one first, and the end.
perl -e 'print "makedumpfile\0" . "\0" x 4083, pack("q>q>", 6, 5), "later", pack("q>q>", 0, 6), "KDUMP ",
	pack("q>q>", -1, -1)' >"$scratch/flat"
expect "a flattened dump" unflatten "$scratch/flat" "$scratch/dump" 6.1.0
expect "its bytes are elsewhere" test "$(head -c 11 -- "$scratch/dump")" = 'KDUMP later'
expect "nobody knows the machine" test "$(tail -c 7 -- "$scratch/dump" | tr -d '\0')" = x86_64
expect "nor the release" test "$(head -c 147 -- "$scratch/dump" | tail -c 5)" = 6.1.0
head -c -16 -- "$scratch/flat" >"$scratch/short"
refuse "half a dump is taken for whole" unflatten "$scratch/short" "$scratch/dump" 6.1.0
printf 'ELF' >"$scratch/other"
refuse "another file is taken for a dump" unflatten "$scratch/other" "$scratch/dump" 6.1.0

# The frames: where it happened, who called that; not who reports it.
cat >"$scratch/decoded" <<-'END'
	[   12.345678] hello (init/main.c:1)
	[   12.345678] BUG: KASAN: use-after-free in __find_get_block+0x1/0x2
	[   12.345679] Call Trace:
	[   12.345680] <TASK>
	[   12.345681] dump_stack_lvl (lib/dump_stack.c:107)
	[   12.345682] kasan_report (mm/kasan/report.c:463)
	[   12.345683] ? wake_up (kernel/sched/wait.c:7)
	[   12.345684] __find_get_block (fs/buffer.c:200 fs/buffer.c:1300)
	[   12.345685] lookup_block (module/hammer/lookup.c:44) bhtorture
	[   12.345686] kthread (kernel/kthread.c:376)
END
expect "not the two that matter" test "$(frames "$scratch/decoded" 'BUG: KASAN: use-after-free' | paste -s -d ,)" = \
	'__find_get_block (fs/buffer.c:200 fs/buffer.c:1300),lookup_block (module/hammer/lookup.c:44) bhtorture'
cat >"$scratch/decoded" <<-'END'
	[   12.345678] bhtorture: violation ref_moved: device 1:0 block 42 (page index 10, offset 0) expected 1 found 2
	[   12.345679] bhtorture:   at violation_report (module/judge/violation.c:200) bhtorture
	[   12.345680] bhtorture:   at reference_judge (module/judge/reference.c:77) bhtorture
	[   12.345681] bhtorture:   at lookup_once (module/hammer/lookup.c:44) bhtorture
END
expect "not who has seen a violation" test "$(frames "$scratch/decoded" 'block 42 (page index' | paste -s -d ,)" = \
	'reference_judge (module/judge/reference.c:77) bhtorture,lookup_once (module/hammer/lookup.c:44) bhtorture'
# A console that was not decoded. Who asks for memory where nobody may: not who grants it.
cat >"$scratch/decoded" <<-'END'
	[   12.345678] BUG: sleeping function called from invalid context at include/linux/sched/mm.h:323
	[   12.345679] RCU nest depth: 1, expected: 0
	[   12.345680] Call Trace:
	[   12.345681]  <TASK>
	[   12.345682]  dump_stack_lvl+0x7d/0xa0
	[   12.345683]  __might_resched+0x1e7/0x2e0
	[   12.345684]  kmem_cache_alloc_lru_noprof+0x1d/0x3a0
	[   12.345685]  __xas_nomem+0x12/0x30
	[   12.345686]  ? brd_lookup_page+0x11/0x22 [brd]
	[   12.345687]  __xa_cmpxchg+0x12/0x30
	[   12.345688]  brd_submit_bio+0x4ff/0x840 [brd]
	[   12.345689]  __submit_bio+0x35/0x70
END
expect "not who has asked" test "$(frames "$scratch/decoded" 'sleeping function' | paste -s -d ,)" = \
	'brd_submit_bio+0x4ff/0x840 [brd],__submit_bio+0x35/0x70'
expect "frames of nothing" test -z "$(frames "$scratch/nothing" x)"

# The whole of it, with a decoder that is a stub: console-decoded.log, and the summary.
mkdir -p -- "$scratch/source/scripts" "$run/again"
cat >"$scratch/source/scripts/decode_stacktrace.sh" <<-'END'
	#!/bin/bash
	[[ -e $1 && -d $3 ]] || exit 1
	sed -E 's,__find_get_block\+0x1/0x2$,__find_get_block (fs/buffer.c:200),; s,kthread\+0x1/0x2$,kthread (/c/usr/src/linux-headers-6.1.0-56-common/include/linux/buffer_head.h:325 /b/kernels/x-6.1/module/hammer/lookup.c:44),'
END
: >"$run/ktap.log"
printf '%s\r\n' "$start" '[   12.345678] BUG: KASAN: use-after-free in __find_get_block+0x1/0x2' \
	'[   12.345679] Call Trace:' '[   12.345680]  __find_get_block+0x1/0x2' '[   12.345681]  kthread+0x1/0x2' >"$run/console.log"
printf '{"host":{},"mode":"tests","ended":"finished","code":0,"reason":"","clock":{}}' >"$run/vm.json"
: >"$scratch/vmlinux"
printf x >"$scratch/vmlinux"
printf '{"tests":["convict"],"debug":{"vmlinux":"%s","source":"%s","modules":"%s"}}' \
	"$scratch/vmlinux" "$scratch/source" "$scratch" >"$run/request.json"
printf dump >"$run/crash.dump"
printf vmlinux >"$run/vmlinux"
run scripts/bht-result --write "$run"
expect_status 0
expect "no console-decoded.log" grep -q '__find_get_block (fs/buffer.c:200)' "$run/console-decoded.log"
run scripts/bht-result --summary "$run"
expect_output 'console, line 2: BUG: KASAN'
expect_output '^  at .*__find_get_block \(fs/buffer.c:200\)$'
expect_output '^  at .*kthread \(include/linux/buffer_head.h:325 module/hammer/lookup.c:44\)$'
expect_output "^dump: drgn -c $run/crash.dump -s $run/vmlinux$"

# Without debug information the run is as good.
rm -f -- "$run/console-decoded.log"
printf '{"tests":["convict"],"debug":null}' >"$run/request.json"
run scripts/bht-result --write "$run"
expect_status 0
refuse "decoded by nothing" test -e "$run/console-decoded.log"
finish

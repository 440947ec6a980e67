#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-console finds each kind of complaint once, with its line, and nothing in
# a clean boot. (What it takes for a complaint: host-bht-console-badness, -dumps.)
# time-limit: 60
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly log=$scratch/console.log

# Serial lines end in CR LF; a time stamp and, with CONFIG_PRINTK_CALLER, the caller come
# before the message. (Other forms: host-bht-console-dumps.)
console()
{
	awk '{ printf "[  123.%06d][  T311] %s\r\n", NR, $0 }' >"$log"
}

# Harmless, as seen in boots of 5.10 to 7.3.
console <<'END'
Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)
Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible via Spectre v2 BHB attacks!
tsc: Unable to calibrate against PIT
mtrr: your CPUs had inconsistent fixed MTRR settings
acpi PNP0A03:00: fail to add MMCONFIG information, can't access extended PCI configuration space under this bridge.
pci_bus 0000:00: Unknown NUMA node; performance will be reduced
Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
KASAN: Kernel Address Sanitizer initialized
kmemleak: Kernel memory leak detector initialized (mem pool available: 15708)
kmemleak: Automatic memory scanning thread started
kmemleak: Kernel memory leak detector disabled
rcu: Hierarchical RCU implementation.
rcu: RCU debug extended QS entry/exit.
Loading iSCSI transport class v2.0-870. ERST: Error Record Serialization Table
bhtorture: loading out-of-tree module taints kernel.
bhtorture: module verification failed: signature and/or required key missing - tainting kernel
bhtorture: violation lost_update block=17 expected=42 found=41
EXT4-fs (ram0): mounted filesystem with ordered data mode. Quota mode: none.
INFO: NMI handler (nmi_cpu_backtrace_handler) took too long to run: 5.335 msecs
ACPI: PM: Preparing to enter system sleep state S5
reboot: Restarting system
END
run scripts/bht-console "$log"
expect_status 0
expect_no_output
run scripts/bht-console --json "$log"
expect_status 0
expect_output '^\[\]$'

# Each line is one problem.
console <<'END'
WARNING: possible circular locking dependency detected
WARNING: possible recursive locking detected
WARNING: inconsistent lock state
WARNING: suspicious RCU usage
WARNING: bad unlock balance detected!
BUG: KASAN: use-after-free in bhtorture_hammer+0x1/0x2 [bhtorture]
BUG: KCSAN: data-race in a / b
BUG: kernel NULL pointer dereference, address: 0000000000000000
BUG: unable to handle page fault for address: ffffffffdeadbeef
BUG: sleeping function called from invalid context at fs/buffer.c:1
BUG: scheduling while atomic: move_pages/123/0x00000002
BUG: Bad page state in process move_pages  pfn:12345
BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!
kernel BUG at fs/buffer.c:1234!
Oops: 0002 [#1] PREEMPT SMP NOPTI
Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP
general protection fault, probably for non-canonical address 0xdead000000000108: 0000 [#1] SMP
invalid opcode: 0000 [#1] PREEMPT SMP
Kernel panic - not syncing: Fatal exception
UBSAN: array-index-out-of-bounds in fs/buffer.c:1:2
watchdog: BUG: soft lockup - CPU#1 stuck for 67s! [bhtorture:123]
watchdog: Watchdog detected hard LOCKUP on cpu 0
Watchdog detected hard LOCKUP on cpu 0
INFO: task move_pages:123 blocked for more than 120 seconds.
rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu: INFO: rcu_sched self-detected stall on CPU
rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-... }
INFO: trying to register non-static key.
list_add corruption. next->prev should be prev (ffff), but was 0000.
list_del corruption, ffff->next is LIST_POISON1 (dead000000000100)
refcount_t: underflow; use-after-free.
kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
kmemleak: Cannot allocate a kmemleak_object structure
EXT4-fs error (device ram0): ext4_lookup:1855: inode #2: comm ls: iget: checksum invalid
EXT4-fs error (device ram0) in ext4_reserve_inode_write:5796: Corrupt filesystem
JBD2: Detected IO errors while flushing file data on ram0-8
Aborting journal on device ram0-8.
Buffer I/O error on dev ram0, logical block 1, lost async page write
I/O error, dev loop0, sector 8 op 0x1:(WRITE) flags 0x0 phys_seg 1 prio class 2
blk_update_request: I/O error, dev loop0, sector 8 op 0x1:(WRITE)
VFS: brelse: Trying to free free buffer
ODEBUG: free active (active state 0) object type: timer_list hint: x
bhtorture: no thread has run for 10 s, 12345 ms and 17 migrations into the torture; this CPU, its stack:
END
lines=$(wc -l <"$log")
run scripts/bht-console "$log"
expect_status 1
expect_lines "$lines"
for ((line = 1; line <= lines; line++)); do
	expect_output "^$line	"
done
run scripts/bht-console --allow '^Buffer I/O' --allow 'I/O error, dev' "$log"
expect_status 1
expect_lines $((lines - 3))

# A trace that no known message announced; one that belongs to a warning does not
# count again, and a warning's text is on the line before.
console <<'END'
something odd
Call Trace:
 <TASK>
END
run scripts/bht-console "$log"
expect_status 1
expect_output '^2	Call Trace:$'
console <<'END'
------------[ cut here ]------------
this is the reason
WARNING: CPU: 1 PID: 0 at fs/buffer.c:432 brelse+0x6b/0x80
Modules linked in: "brd" \ $x
Call Trace:
 <TASK>
END
run scripts/bht-console "$log"
expect_status 1
expect_lines 1
expect_output '^3	WARNING: CPU: 1 PID: 0 at fs/buffer.c:432 brelse.*: this is the reason$'

# Where CPUs speak at once, the reason is what the one that warns said.
printf '[    1.%06d][%5s] %s\n' 1 T7 '------------[ cut here ]------------' 2 T8 'audit: something else' \
	3 T7 'this is the reason' 4 T8 'WARNING: fs/a.c:1 at a+0x1/0x2, CPU#1: sh/8' \
	5 T7 'WARNING: fs/buffer.c:1047 at __brelse+0x2c/0x40, CPU#0: sh/7' >"$log"
run scripts/bht-console "$log"
expect_lines 2
expect_output '^4	WARNING: fs/a.c:1 at .* sh/8$'
expect_output '^5	WARNING: fs/buffer.c:1047 at .* sh/7: this is the reason$'

# A trace is explained by what announces one, no more and no later: an expected
# complaint, a failed allocation and other traces do not hide it.
console <<'END'
I/O error, dev loop0, sector 8 op 0x1:(WRITE) flags 0x0 phys_seg 1 prio class 2
something odd
Call Trace:
END
run scripts/bht-console --allow 'I/O error' "$log"
expect_status 1
expect_output '^3	Call Trace:$'
console <<'END'
pressure: page allocation failure: order:0, mode:0x340cca(GFP_HIGHUSER_MOVABLE), nodemask=(null)
Call Trace:
something odd
Call Trace:
END
run scripts/bht-console "$log"
expect_status 1
expect_lines 1
expect_output '^4	Call Trace:$'
{
	echo 'FAULT_INJECTION: forcing a failure.'
	seq -f 'filler %.0f' 50
	echo 'Call Trace:'
} | console
run scripts/bht-console "$log"
expect_status 1
expect_output '^52	Call Trace:$'
{
	echo 'FAULT_INJECTION: forcing a failure.'
	seq -f 'filler %.0f' 50
	printf '%s\n' 'FAULT_INJECTION: forcing a failure.' 'Call Trace:' 'Call Trace:'
} | console
run scripts/bht-console "$log"
expect_status 1
expect_lines 1
expect_output '^54	Call Trace:$'

# A head that nothing known follows is told, and before what comes later.
{
	echo '=================================================='
	seq -f 'filler %.0f' 30
	echo 'BUG: something else'
} | console
run scripts/bht-console "$log"
expect_lines 2
expect_output '^1	===='

# What the host provoked is no complaint.
console </dev/null
printf 'bht-vm: the guest hangs; the host now sends an NMI\n[1.0] Kernel panic - not syncing: NMI\n' >>"$log"
run scripts/bht-console "$log"
expect_status 0

# Any bytes at all.
head -c 100000 /dev/urandom >"$log"
printf '\n[    1.000000] BUG: "quoted" \\ \t tab\r\n' >>"$log"
run scripts/bht-console --json "$log"
expect_status 1
expect_output 'BUG: ."quoted'

# What the broken strategy does to freed folios is its purpose; others have none.
start='[  322.1] bhtorture: --- Start of test: device=/dev/ram0 strategy=busted block_size=1024 blocks=8192'
kasan='[  323.3] BUG: KASAN: use-after-free in target_write+0x153/0x160 [bhtorture]'
printf '%s\n' "$start" "$kasan" '[  323.4] Call Trace:' \
	'[  328.1] bhtorture: --- End of test: FAILURE: device=/dev/ram0 strategy=busted block_size=1024' >"$log"
run scripts/bht-console "$log"
expect_status 0
echo "$kasan" >>"$log"
run scripts/bht-console "$log"
expect_status 1
expect_lines 1
printf '%s\n' "$start" '[  323.3] BUG: KASAN: use-after-free in bh_lru_install+0x1/0x2' >"$log"
run scripts/bht-console "$log"
expect_status 1
printf '%s\n' "${start/busted/held}" "$kasan" >"$log"
run scripts/bht-console "$log"
expect_status 1

# One that complains without end: its first words are enough, and the report is short.
seq -f '[    1.000000] BUG: number %.0f' 500000 >"$log"
run scripts/bht-console --json "$log"
expect_status 1
expect "not the first 200" jq --exit-status \
	'length == 201 and .[199].text == "BUG: number 200" and (.[200].text | test("only the first 200"))' <<<"$output"

# What is allowed must be what awk can match, and it is what was meant.
console <<<'Buffer I/O error on dev ram0, logical block 1, lost async page write'
for regex in 'dev ram[0-9], ' 'a|I/O e(rr)+or' '[[:upper:]]uffer' '[]{2}[]*uffer' 'I/O error\.?' '^[^{]+$'; do
	run scripts/bht-console --allow "$regex" "$log"
	expect_status 0
done
for regex in '(' '[' 'I/O \w+' '\bI/O' 'I/O\s' '\<I/O' '(?:I/O)' 'error.*?dev' '(I/O)\1' 'x|'; do
	run scripts/bht-console --allow "$regex" "$log"
	expect_status 2
	expect_lines 1
	expect_output "bad --allow '"
done
# mawk learnt to repeat in 2020.
run scripts/bht-console --allow 'ram[0-9]{1}, ' "$log"
expect_status "$(awk 'BEGIN { print "aa" ~ "^a{2}$" ? 0 : 2 }')"
expect_lines $((status / 2))

run scripts/bht-console "$scratch/nowhere"
expect_status 3
expect_lines 1
run scripts/bht-console --nonsense
expect_status 2
expect_lines 1
finish

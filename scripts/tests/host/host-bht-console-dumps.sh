#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-console reads reports of several lines, harmless ones among them, as host/consoles
# has them; finds the kernel's words behind what syslog, journal, dmesg and others
# put before them; and takes no other program's for them.
# time-limit: 120
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly log=$scratch/console.log

awk -v into="$scratch/case." '/^## / { file = into (++cases) }
	file { print >file }' scripts/tests/host/consoles
cases=0
for file in "$scratch"/case.*; do
	read -r _ kind name problems <"$file"
	sed 1d "$file" >"$log"
	run scripts/bht-console "$log"
	case $kind in
	fine) expect_status 0; expect_no_output ;;
	problem) expect_status 1; expect_lines "$problems" ;;
	*) wrong "unknown kind '$kind'" ;;
	esac
	((failures == 0)) || wrong "in the case $name"
	((failures == 0)) || break
	cases=$((cases + 1))
done
((cases >= 35)) || wrong "only $cases cases"

# behind PREFIX...: each of them, then three lines, of which two are problems, and these
# are told without it.
behind()
{
	local prefix

	for prefix; do
		printf '%b%s\r\n' "$prefix" 'EXT4-fs error (device ram0): ext4_lookup:1855: inode #2: comm ls: x' \
			"$prefix" 'EXT4-fs (ram0): mounted filesystem with ordered data mode. Opts: errors=continue' \
			"$prefix" 'WARNING: fs/buffer.c:1047 at __brelse+0x2c/0x40, CPU#1: sh/15' >"$log"
		run scripts/bht-console "$log"
		expect_status 1
		expect_lines 2
		expect_output '^1	EXT4-fs error \(device ram0\): ext4_lookup:1855: inode #2: comm ls: x$'
		expect_output '^3	WARNING: fs/buffer.c:1047 at __brelse\+0x2c/0x40, CPU#1: sh/15$'
		((failures == 0)) || wrong "behind '$prefix'"
	done
}

# printk.time and PRINTK_CALLER; dmesg -r, -T, -x, -d, -e, --time-format iso; /dev/kmsg.
behind '' '[   12.345678] ' '[12345.678901] ' '[   12.345678][  T311] ' '[   12.345678][    C0] ' \
	'[   12.345678] [  T311] ' '<4>[   12.345678] ' '<4>' '[Thu Nov 27 12:00:00 2025] ' \
	'[Mon Nov  3 12:00:00 2025] [  T311] ' 'kern  :warn  : [   12.345678] ' \
	'kern  :err   : [Thu Nov 27 12:00:00 2025] ' '[   12.345678 <    0.000012>] ' '[Nov27 12:00] ' \
	'[  +0.000123] ' '2025-11-27T12:00:00,123456+01:00 ' '4,1234,12345678,-;' '4,1234,12345678,-,caller=T311;'
# syslog, journalctl, what syslogd tells everybody; logs of farms and terminals; test output.
behind 'Nov 27 12:00:00 host kernel: ' 'Nov  3 12:00:00 host kernel: [   12.345678] ' \
	'Jan  1 00:00:12 (none) kern.warn kernel: [   12.345678][  T311] ' \
	'2025-11-27T12:00:00.123456+01:00 host kernel: [   12.345678] ' '2025-11-27T12:00:00+0100 host kernel: ' \
	'2025-11-27 12:00:00 host kernel[0]: ' '[   12.345678] host kernel: ' ' kernel:[   12.345678] ' 'kernel:' \
	'2025-11-27T12:00:00.1234567Z [   12.345678] ' '[2025-11-27 12:00:00.123] [   12.345678] ' \
	'# [   12.345678] ' '# move_pages: 2 s of 10, 36464 migr[   12.345678] ' 'login: [   12.345678][  T311] '
# Colours, with and without their escape characters.
behind '\033[32m[   12.345678] \033[0m\033[33m' '[32m[   12.345678] [0m[33m'

# What the same lines are when another program says so.
said_by()
{
	local prefix

	for prefix; do
		printf '%s%s\n' '' "$first" "$prefix" 'WARNING: fs/buffer.c:1047' \
			"$prefix" 'BUG: so it is called' "$prefix" 'Call Trace:' \
			"$prefix" 'mce: [Hardware Error]: was the last one of yesterday' >"$log"
		run scripts/bht-console "$log"
		expect_status 0
		((failures == 0)) || wrong "said by '$prefix'"
	done
}

first='[    1.000000] Linux version 6.1'
said_by '' '# ' '[    5.100101] systemd[1]: ' 'Nov 27 12:00:00 host systemd[1]: ' 'user  :warn  : [   12.345678] ' \
	'2025-11-27T12:00:00+0100 host move_pages: ' '[  OK  ] ' 'daemon:err   : '
# Where the kernel itself said nothing, or the first of its words is behind a program's.
first=''
said_by 'Nov 27 12:00:00 host systemd[1]: ' '2025-11-27T12:00:00+0100 host move_pages: '
first='ok 1 move_[    1.000000] Linux version 6.1'
said_by ''
finish

# SPDX-License-Identifier: GPL-2.0
#
# console.awk - finds a kernel's complaints in a console log, by the records of the file
# badness, which says what each kind means. Prints NUMBER<tab>TEXT a problem.
# bht-console runs it, with LC_ALL=C and these in the environment:
#
#   BADNESS  the file of records
#   ALLOW    a problem whose text matches is expected; may be empty
#   MOST     so many problems are told: a kernel that complains without end says no more
#
# A line may come by syslog, journal or dmesg, and behind what a program wrote and did
# not end. Where kernel lines have time stamps, lines without any are programs'.

# field(): take the first word off `rest`.
function field(    word)
{
	sub(/^[ \t]+/, "", rest)
	match(rest, /^[^ \t]+/)
	word = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	sub(/^[ \t]+/, "", rest)
	return word
}

function add(list, alternative)
{
	return list (list == "" ? "" : "|") alternative
}

# load(FILE): its records, and all of their expressions as two, which are quick.
function load(file,    got)
{
	while ((got = getline rest < file) > 0) {
		if (rest ~ /^([#\t]|$)/)
			continue
		field()
		class[++records] = field()
		traces[records] = field()
		regex[records] = rest
		if (rest ~ /^\^/)
			at_start = add(at_start, substr(rest, 2))
		else
			within = add(within, rest)
	}
	if (got < 0 || !records)
		exit broken = 1
	at_start = "^(" at_start ")"
}

BEGIN {
	cut_here = -99
	stamped = 0
	most = ENVIRON["MOST"]
	allow = ENVIRON["ALLOW"]
	load(ENVIRON["BADNESS"])
	micro = "[0-9][0-9][0-9][0-9][0-9][0-9]"
	month = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
	clock = "[0-9][0-9]:[0-9][0-9](:[0-9.,]+)?"
	stamp = "\\[ *[0-9]+\\." micro "\\]"
	caller_id = "^ ?\\[ *[TC][0-9]+\\]"
	# What the kernel's own lines begin with: printk.time, dmesg -d, -T, -e, -r, /dev/kmsg.
	kernel_head = "^(<[0-9]+>|\\[ *[0-9]+\\.[0-9]+( <[^>]*>)?\\]|\\[([A-Z][a-z]+ )?" month " ?[0-9 ]?[0-9] " \
		clock "( [0-9]+)?( <[^>]*>)?\\]|\\[ *[+][0-9]+\\.[0-9]+\\]|[0-9]+,[0-9]+,[0-9]+,[^;]*;)"
	syslog_head = "^(" month " [ 0-9]?[0-9] " clock "|[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ]" clock \
		"(Z|[+-][0-9:]+)?) "
}

function cut(length_cut)
{
	text = substr(text, length_cut + 1)
}

# take_heads(): off `text`. 1: it is the kernel's, 0: nothing says whose, -1: another
# program's, -2: that of one which wrote into the kernel's log.
function take_heads(    whose)
{
	whose = 0
	caller = ""
	if (text ~ /^[a-z0-7]+ *:[a-z]+ *: ?/ && text ~ /^(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]) *:/) {
		# dmesg -x
		if (text !~ /^kern/)
			return -2
		match(text, /^kern *:[a-z]+ *: ?/)
		cut(RLENGTH)
		whose = 1
	} else if (match(text, syslog_head)) {
		# Only dmesg --time-format iso has a comma.
		whose = substr(text, 1, RLENGTH) ~ /,/
		cut(RLENGTH)
		if (match(text, /^[^ ]+ ([^ ]+ )?kernel(\[[0-9]+\])?: ?/)) {
			cut(RLENGTH)
			whose = 1
		} else if (!whose && text ~ /^[^ ]+ [^ ]+: /)
			return -1
	}
	while (match(text, kernel_head)) {
		cut(RLENGTH)
		whose = 1
		take_caller()
	}
	# journalctl -o short-monotonic, and what syslogd tells everybody.
	if (match(text, whose ? "^[^ :]+ kernel: " : "^ ?kernel:")) {
		cut(RLENGTH)
		whose = 1
	}
	stamped = stamped || whose
	# A program that writes into /dev/kmsg, as systemd does.
	return text ~ /^[^ :]+\[[0-9]+\]: / ? -1 : whose
}

function take_caller()
{
	if (match(text, caller_id)) {
		caller = substr(text, 1, RLENGTH)
		cut(RLENGTH)
	}
	sub(/^ /, "", text)
}

# which(OURS): the first record that the text matches, 0 for none. Unless a line is the
# kernel's, only what nobody else says counts.
function which(ours,    i)
{
	if (text !~ at_start && !(ours && text ~ within))
		return 0
	for (i = 1; i <= records; i++)
		if (text ~ regex[i] && (ours || class[i] == "problem"))
			return i
	return 0
}

function problem(line, words)
{
	if (over || (allow != "" && words ~ allow))
		return
	gsub(/\t/, " ", words)
	printf "%d\t%s\n", line, substr(words, 1, 300)
	if (++count == most) {
		printf "%d\t%s\n", line, "there may be more: only the first " most " are told"
		over = 1
	}
}

# What opened a report that then was none of those known.
function opened_in_vain()
{
	if (opened)
		problem(opened, opening)
	opened = 0
}

# announce(RECORD): so many traces more belong to it, if they come soon: a page that is
# dumped to the last byte takes some hundred lines, one that asked for memory few.
function announce(record,    soon)
{
	soon = NR + (class[record] == "fine" ? 30 : 400)
	if (NR > due_until)
		due = 0
	due += traces[record]
	if (traces[record] > 0 && due_until < soon)
		due_until = soon
	if (traces[record] ~ /=/)
		box_until = NR + 400
}

# judge(OURS): `text`, a message or what may be one.
function judge(ours,    record, kind)
{
	record = which(ours)
	if (!ours) {
		if (record)
			problem(NR, text)
		return
	}
	messages++
	# What a WARN() says is on the line before, and belongs to it.
	belongs = caller == cut_caller && messages <= cut_here + 5
	if (belongs && reason == "")
		reason = text
	if (opened && messages > opened_message + 20)
		opened_in_vain()
	kind = class[record]
	if (text ~ /^bhtorture: --- Start of test: /)
		busted = text ~ / strategy=busted /
	else if (text ~ /^bhtorture: --- End of test: /)
		busted = 0
	if (!record)
		return
	if (kind == "opens") {
		if (text ~ /^=/ && NR <= box_until) {
			box_until = 0
			return
		}
		opened_in_vain()
		opened = NR
		opened_message = messages
		opening = text
		if (text ~ /^-/) {
			cut_here = messages
			cut_caller = caller
			reason = ""
		}
		return
	}
	opened = 0
	if (kind == "trace") {
		if (due > 0 && NR <= due_until)
			due--
		else
			problem(NR, text)
		return
	}
	announce(record)
	if (kind == "fine")
		return
	# While our module tortures with the strategy that is broken on purpose, its threads
	# write to folios that were vacated and may be free: KASAN sees what is to be seen.
	if (busted && text ~ /^BUG: KASAN: .* in [a-z_]+\+.*\[bhtorture\]/)
		return
	if (belongs && text ~ /^WARNING: / && reason != text)
		text = text ": " reason
	problem(NR, text)
}

# From here on the host interfered, see bht-vm.
/^bht-vm: / {
	opened_in_vain()
	over = 1
}

over {
	next
}

{
	text = $0
	# Colours, also where something took their escape characters.
	if (index(text, "\033") || index(text, "[0m"))
		gsub(/\033\[[0-9;?]*[A-Za-z]|\[[0-9;]*m/, "", text)
	ours = take_heads()
	if (ours == -2)
		next
	while (match(text, stamp)) {
		behind = substr(text, RSTART + RLENGTH)
		text = substr(text, 1, RSTART - 1)
		if (text != "" && ours >= 0)
			judge(ours || !stamped)
		text = behind
		take_caller()
		ours = stamped = 1
	}
	if (text != "" && ours >= 0)
		judge(ours || !stamped)
}

END {
	if (broken)
		exit broken
	opened_in_vain()
}

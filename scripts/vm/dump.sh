# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/dump.sh - the guest's memory as a file that drgn and crash open, written at the first
# violation, complaint of the kernel or panic: RUN/crash.dump. The guest stands still meanwhile, and goes on
# afterwards. Sourced by bht-vm, whose variables it reads, before vm/supervise.sh.
#
# QEMU writes it in makedumpfile's flattened form, which not all debuggers read: for a pipe,
# records of where which bytes belong. Here they are put there.
# shellcheck disable=SC2034,SC2154 # arch_uname is lib/arch.sh's

# A panic must not reset the machine: its memory would be gone.
readonly dump_parameters='panic=0 bht.dump=1'
readonly dump_limit_s=300
# What a kernel begins its complaints with that has something to show in memory. The list in
# result/badness, which judges a run, is longer, and takes longer.
readonly complaint='^(\\[[^]]*\\])+ *([A-Za-z0-9 _-]*: )?(BUG: |WARNING: |Oops|general protection fault|kernel BUG at |UBSAN: |Internal error: |Unable to handle kernel |INFO: task .* blocked for )'

# dump_device: what the guest's kernel puts its note VMCOREINFO into.
dump_device()
{
	qemu+=(-device vmcoreinfo)
}

# dump_reason: print what there is to dump for, nothing if nothing is. The tests of the
# oracles provoke their violations: these are no reason.
dump_reason()
{
	awk -v complaint="$complaint" '
		/^bht-vm: / { exit }
		/bhtorture: --- Start of test/ { provoked = / test=(controls|oracle)/ }
		/bhtorture: violation / && !provoked { reason = "the first violation"; exit }
		/---\[ end Kernel panic/ { reason = "the panic"; exit }
		$0 ~ complaint && !provoked { reason = "the first complaint of the kernel" }
		END { printf "%s", reason }' "$run/console.log"
}

# has_panicked: it has, and has said all of it.
has_panicked()
{
	grep -aq -e '---\[ end Kernel panic' "$run/console.log"
}

# dump_memory WHY: stop, write, go on.
dump_memory()
{
	local until=$((SECONDS + dump_limit_s)) line='' answer=''

	: >"$scratch/dumped"
	if (($(free_mib "$run") < mem + spare_mem)); then
		say "no dump of the guest's memory at $1: it may need $((mem + spare_mem)) MB in $run"
		return
	fi
	say "writing the guest's memory at $1"
	exec 5<>"$scratch/monitor.out" 6<>"$scratch/monitor.in"
	# An answer is what stands between here and the next prompt.
	printf 'stop\ndump-guest-memory -z "%s"\ninfo status\n' "$run/.vm/dump" >&6
	while qemu_is_running && ((SECONDS < until)) && [[ $line != 'VM status:'* ]]; do
		IFS= read -r -t 1 -u 5 line || continue
		line=${line%$'\r'}
		[[ $line != Error* && $line != *': unknown'* ]] || answer=$line
	done
	printf 'cont\n' >&6
	exec 5<&- 6>&-
	# shellcheck disable=SC2310 # one command
	if [[ ! -s $run/.vm/dump || $answer ]] || ! unflatten "$run/.vm/dump" "$run/crash.dump" "$(guest_release)"; then
		rm -f -- "$run/crash.dump"
		say "QEMU could not write the guest's memory: ${answer:-no answer within $dump_limit_s s}"
	fi
	rm -f -- "$run/.vm/dump"
}

# guest_release: print what the guest said that it is.
guest_release()
{
	sed -n 's/^# guest: ready, Linux \([^ ,]*\),.*/\1/p; /^# guest: ready/q' "$run/ktap.log" | grep . ||
		printf 'unknown\n'
}

# unflatten FLATTENED FILE RELEASE: a header of 4096 bytes, then records: where (64 bits), how many
# bytes (64 bits), the bytes; the last one is nowhere (-1). The header has what
# uname says; QEMU leaves that out, and then nobody knows how to read the file.
unflatten()
{
	perl -e '
		use strict;
		my ($from, $to, $release, $machine, $text, $at, $size) = @ARGV;
		open(my $in, "<:raw", $from) && open(my $out, ">:raw", $to) or exit 1;
		read($in, $text, 4096) == 4096 && $text =~ /^makedumpfile\0/ or exit 1;
		while (read($in, $text, 16) == 16) {
			($at, $size) = unpack("q>q>", $text);
			last if $at == -1;
			read($in, $text, $size) == $size && seek($out, $at, 0) && print $out $text or exit 1;
		}
		exit 1 if $at != -1;
		my %uname = (12 => "Linux", 142 => $release, 207 => "#1", 272 => $machine);
		for my $byte (keys %uname) {
			seek($out, $byte, 0) && print $out "$uname{$byte}\0" or exit 1;
		}
		exit !close($out);' "$1" "$2" "$3" "$arch_uname"
}

# dump_end: QEMU has ended. A guest that stood still has another time than its host, and
# another output than one that did not: neither is compared.
dump_end()
{
	[[ -e $scratch/dumped ]] || return 0
	clock_ready='' clock_done=''
	rm -f -- "$run/inputs"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/supervise.sh - looks at bht-vm's guest once a second and decides how it ended. The
# caller ends a guest that exceeds a limit. Sourced by bht-vm, whose options and run
# folder it reads.
#
# The looks are a process of their own because of a bug in bash 5.2. When a signal comes
# while it expands the second $(...) of one command, it does not run the trap: the script
# ends with "trap: line 2: unexpected EOF while looking for matching `)'". Therefore
# bht-vm itself expands none while the guest runs.
# shellcheck disable=SC2154

readonly low_free_mib=4		# free on the runs folder's disk: the guest is ended
readonly output_limit_mib=256	# a guest that says more is ended
readonly shutdown_limit=30	# seconds, from its last word to its end
readonly nmi_wait_s=10
readonly standstill_limit=10	# seconds without output after which the console is asked
readonly away_limit=10		# a look comes so many seconds late: this process stood still, too

ended=''		# how it ended: see result.json in scripts/README.md
reason=''		# the same as a sentence
code=0			# what that means as exit status

# size_of FILE: print its size, 0 when there is none.
size_of()
{
	stat --format=%s -- "$1" 2>/dev/null || printf '0\n'
}

# is_ready: the guest reached guest/init's work.
is_ready()
{
	grep -qs '^# guest: ready' "$run/ktap.log"
}

# stands_still: the module says that all CPUs spin. Nothing ends that.
stands_still()
{
	grep -aq 'bhtorture: no thread has run for ' "$run/console.log"
}

# gave_up: print how the guest itself ended what took too long: see guest/init.
gave_up()
{
	sed -n '/^# guest: gave up, / { s/^# guest: gave up, \([a-z_]*\): /\1 /p; q }' "$run/ktap.log"
}

# panic_line: print what the kernel panicked with, nothing if it did not.
panic_line()
{
	grep -a -m 1 'Kernel panic - not syncing' "$run/console.log" | tr -d '\r' || true
}

# conclude_panicked LINE
conclude_panicked()
{
	if is_ready; then
		conclude panic "$EXIT_FAIL" "the guest panicked: $1"
	else
		conclude panic "$EXIT_FAIL" "the guest panicked before it reached its tests: $1"
	fi
}

# guest_status: print the exit status that the guest reported at its end.
guest_status()
{
	tail -n 1 -- "$run/ktap.log" | sed -n 's/^# guest: done, status \([0-9]*\), [0-9.]* s after boot$/\1/p'
}

# conclude ENDED CODE REASON...
conclude()
{
	ended=$1
	# shellcheck disable=SC2034 # bht-vm exits with it
	code=$2
	shift 2
	reason=$*
}

# look_at_limits: one look at the running guest; concludes when it has to be ended.
look_at_limits()
{
	local size console_size line

	if (($(free_mib "$run") < low_free_mib)); then
		conclude disk_full "$EXIT_ENVIRONMENT" "the disk of $run is full: the guest was ended, its output may be cut short"
		return
	fi
	if [[ -z $ready ]]; then
		if is_ready; then
			ready=1
			progress_at=$now
		elif ((now >= boot_limit)); then
			conclude no_tests "$EXIT_TIME_LIMIT" "the guest did not reach its tests within $boot_limit s"
			return
		fi
	fi
	size=$(size_of "$run/ktap.log") console_size=$(size_of "$run/console.log")
	if ((size + console_size > output_limit_mib << 20)); then
		conclude disk_full "$EXIT_ENVIRONMENT" "the guest was ended: its output exceeds $output_limit_mib MB"
		return
	fi
	if [[ -z $done_at && -n $(guest_status) ]]; then
		done_at=$now
	elif [[ $done_at ]] && ((now - done_at >= shutdown_limit)); then
		conclude hang "$EXIT_TIME_LIMIT" "the guest hangs: its tests are done, but it did not shut down within $shutdown_limit s"
		return
	fi
	if ((size != progress_size)); then
		progress_size=$size
		progress_at=$now
	elif ((now - progress_at >= standstill_limit)) && line=$(panic_line) && [[ -n $line ]]; then
		# The panic itself may get stuck: other CPUs go on, and have the console.
		conclude_panicked "$line"
		return
	elif [[ $ready ]] && ((stall_limit && now - progress_at >= stall_limit)); then
		conclude hang "$EXIT_TIME_LIMIT" "the guest hangs: no output for $stall_limit s"
		return
	elif [[ $ready ]] && ((now - progress_at >= standstill_limit)) && stands_still; then
		conclude hang "$EXIT_TIME_LIMIT" "the guest stands still: no thread runs any more"
		return
	fi
	if ((now >= time_limit)); then
		conclude time_limit "$EXIT_TIME_LIMIT" "the guest did not end within its time limit of $time_limit s"
	fi
}

# dump_if_due: called by the watch. A panic is the end.
dump_if_due()
{
	local size why

	size=$(size_of "$run/console.log")
	((size != dump_looked_at)) || return 0
	dump_looked_at=$size
	if [[ ! -e $scratch/dumped ]]; then
		why=$(dump_reason)
		[[ -z $why ]] || dump_memory "$why"
	fi
	# None of the limits counts what the guest stood still.
	looked_at=$SECONDS
	! has_panicked || conclude_panicked "$(panic_line)"
}

# go_on: called by the watch, whose clock is $now. It does not count what a suspended machine
# or a stopped process group stood still, but goes on whatever happens.
go_on()
{
	local passed=$((SECONDS - looked_at))

	looked_at=$SECONDS
	now=$((now + (passed < away_limit ? passed : 1)))
}

# watch: look once a second, or more often for a dump, until the guest has ended or exceeds a limit. Prints how,
# as conclude() was told.
watch()
{
	local ready='' done_at='' now=0 progress_at=0 progress_size=0
	local look_s=1 looked_at=$SECONDS dump_looked_at=0

	[[ -z $crash_dump ]] || look_s=0.2
	# A killed bht-vm can neither end this process nor reap QEMU.
	while kill -0 $$ 2>/dev/null && qemu_is_running && [[ -z $ended ]]; do
		# A read that times out sleeps without another process, which
		# could be left over.
		read -r -t "$look_s" -u 7 -N 4096 _ || true
		go_on
		[[ -z $crash_dump ]] || dump_if_due
		[[ $ended ]] || look_at_limits
	done
	[[ -z $ended ]] || printf '%s %s %s\n' "$ended" "$code" "$reason"
}

# supervise: wait for the guest to end, or for the watch to say how to end it, or for
# a signal.
supervise()
{
	local watch_pid part conclusion=''

	mkfifo -- "$scratch/conclusion"
	exec 7<>"$scratch/monitor.out" 8<>"$scratch/conclusion"
	watch >&8 &
	watch_pid=$!
	while [[ -z $signal ]] && qemu_is_running; do
		if IFS= read -r -t 0.25 -u 8 part; then
			# shellcheck disable=SC2034 # bht-vm exits with code
			read -r ended code reason <<<"$conclusion$part"
			break
		fi
		# A read that times out may have taken the beginning of the line.
		conclusion+=$part
	done
	kill -TERM "$watch_pid" 2>/dev/null || true
	wait "$watch_pid" 2>/dev/null || true
	exec 7<&- 8<&-
	if [[ -n $signal ]]; then
		conclude_interrupted
	elif [[ $ended == hang || $ended == time_limit || $ended == no_tests ]]; then
		ask_for_stacks
	fi
}

# ask_for_stacks: send an NMI. The guest's kernel panics and shows what its CPUs are
# doing. bht-console does not look beyond the line that is added here.
ask_for_stacks()
{
	local until=$((SECONDS + nmi_wait_s))

	if [[ ! $arch_has_nmi ]]; then
		ask_for_registers
		return
	fi
	printf '\nbht-vm: %s; the host now sends an NMI for the stacks\n' "$reason" >>"$run/console.log"
	printf 'nmi\n' 1<>"$scratch/monitor.in"
	while qemu_is_running && ((SECONDS < until)) && [[ -z $signal ]] && ! has_panicked; do
		sleep 0.2
	done
	[[ -z $crash_dump || -e $scratch/dumped ]] || dump_memory "the hang"
}

# ask_for_registers: this machine has no NMI: write down where its CPUs are.
ask_for_registers()
{
	local until=$((SECONDS + nmi_wait_s)) line=''

	printf '\nbht-vm: %s; the registers of its CPUs follow\n' "$reason" >>"$run/console.log"
	exec 5<>"$scratch/monitor.out" 6<>"$scratch/monitor.in"
	printf 'stop\ninfo registers -a\ninfo status\n' >&6
	while qemu_is_running && ((SECONDS < until)) && [[ $line != 'VM status:'* ]]; do
		IFS= read -r -t 1 -u 5 line || continue
		line=${line%$'\r'}
		[[ $line != *'='* ]] || printf '%s\n' "$line" >>"$run/console.log"
	done
	exec 5<&- 6>&-
}

# classify STATUS: why QEMU ended by itself.
classify()
{
	local status=$1 line

	if [[ -n $(guest_status) ]]; then
		conclude finished "$EXIT_PASS" "the guest finished"
		return
	fi
	line=$(gave_up)
	if [[ -n $line ]]; then
		conclude "${line%% *}" "$EXIT_TIME_LIMIT" "${line#* }"
		return
	fi
	line=$(panic_line)
	if [[ -n $line ]]; then
		conclude_panicked "$line"
	elif ((status > 128)); then
		line=$(tail -n 1 -- "$scratch/qemu.log")
		conclude killed "$EXIT_FAIL" "QEMU was killed by SIG$(kill -l $((status - 128)))${line:+: $line}"
	elif ((status != 0)); then
		conclude no_tests "$EXIT_ENVIRONMENT" "QEMU failed: $(tail -n 1 -- "$scratch/qemu.log")"
	elif (($(free_mib "$run") < low_free_mib)); then
		conclude disk_full "$EXIT_ENVIRONMENT" "the disk of $run is full: the guest's output is cut short"
	elif is_ready; then
		conclude panic "$EXIT_FAIL" "the guest reset itself before its tests were done, without a word"
	else
		conclude no_tests "$EXIT_FAIL" "the guest ended before it reached its tests: $(tail -n 1 -- "$run/console.log" | tr -d '\r')"
	fi
}

conclude_interrupted()
{
	conclude interrupted "$((128 + $(kill -l "$signal")))" "interrupted by SIG$signal"
}

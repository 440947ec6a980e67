# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# saved.sh - a deterministic guest that is saved after its boot and started from there as
# often as wanted, each time with another order. It runs as if it had booted with that
# order: saved or not, the output is the same to the byte.
#
# QEMU stops a guest when the host likes, and starts it with the first CPU. Neither shows:
# the guest waits for its order busily, on its only CPU that is online (guest/init). It
# reads the order, a file that QEMU's -fw_cfg shows it, only after that; the file has the
# same size each time.
#
# Sourced by bht-vm after icount.sh and supervise.sh, whose variables it reads.
# shellcheck disable=SC2154

readonly order_bytes=4096
readonly save_limit_s=120

# qemu_order ORDER FILE: make FILE of the text ORDER, add it to the machine.
qemu_order()
{
	((${#1} < order_bytes)) ||
		usage_error "bad --order: ${#1} bytes, allowed are $((order_bytes - 1))"
	printf "%-$((order_bytes - 1))s\n" "$1" >"$2"
	qemu+=(-fw_cfg "name=opt/bhtorture/order,file=${2//,/,,}")
}

# waits_for_order: the guest has booted, and can be saved.
waits_for_order()
{
	grep -qs '^# guest: waits for its order' "$run/ktap.log"
}

# monitor_says QUESTION REGEX: ask QEMU's monitor, print what matches; nothing when it
# does not within a second. 7 and 8 are the monitor's ends.
monitor_says()
{
	local line=''

	printf '%s\n' "$1" >&8
	while read -r -t 1 -u 7 line; do
		if [[ $line =~ $2 ]]; then
			printf '%s\n' "${BASH_REMATCH[1]}"
			return
		fi
	done
}

# save_guest: let it boot, and leave it as RUN/state. Its logs so far are in RUN, too.
save_guest()
{
	local until=$((SECONDS + boot_limit)) status=''

	exec 7<>"$scratch/monitor.out" 8<>"$scratch/monitor.in"
	until waits_for_order; do
		[[ -z $signal ]] || return 1
		qemu_is_running ||
			environment_error "the guest ended before it waited for its order, see $run/console.log"
		((SECONDS < until)) ||
			environment_error "the guest did not wait for its order within $boot_limit s"
		read -r -t 0.02 -u 7 -N 4096 _ || true
	done
	printf 'stop\nmigrate "file:%s"\n' "$run/state" >&8
	until=$((SECONDS + save_limit_s))
	while [[ -z $status && -z $signal ]] && qemu_is_running && ((SECONDS < until)); do
		status=$(monitor_says 'info migrate' 'tatus: *(completed|failed|cancelled)')
	done
	qemu_end
	exec 7<&- 8<&-
	[[ $status == completed ]] ||
		environment_error "the guest cannot be saved: ${status:-no answer from QEMU}"
	! grep -q '^# guest: has its order' "$run/ktap.log" ||
		environment_error "the guest was saved too late: it has taken its order"
}

# resume_guest FOLDER: let QEMU start from the guest that was saved there.
resume_guest()
{
	local file

	[[ -s $1/state ]] || environment_error "no guest was saved in $1"
	cmp --quiet <(grep -v '^order ' "$1/inputs") <(grep -v '^order ' "$run/inputs") ||
		environment_error "the guest in $1 was saved with other inputs"
	for file in console.log ktap.log; do
		cat -- "$1/$file" >"$run/$file"
	done
	# After a migration QEMU tells the network where the guest is now, five times in half a
	# second of the host's (qemu_announce_self()). While such a timer waits, the CPUs get no
	# budget (icount_get_limit()), and the main loop waits for them, see vm/main-loop.c.
	qemu+=(-incoming "file:$1/state" -global migration.announce-rounds=0)
}

# continue_guest: QEMU has been started by resume_guest(): let it go on once it is there.
# It was saved standing still, and comes back so.
continue_guest()
{
	local until=$((SECONDS + save_limit_s)) status=''

	exec 7<>"$scratch/monitor.out" 8<>"$scratch/monitor.in"
	while [[ -z $status && -z $signal ]] && qemu_is_running && ((SECONDS < until)); do
		status=$(monitor_says 'info status' 'VM status: (paused[^(]*)$')
	done
	[[ -z $status ]] || printf 'cont\n' >&8
	exec 7<&- 8<&-
	[[ -n $status || -n $signal ]] ||
		environment_error "the saved guest does not start: $(tail -n 1 -- "$scratch/qemu.log")"
}

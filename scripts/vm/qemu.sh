# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/qemu.sh - the machine that bht-vm boots: QEMU's command line, its start and end,
# and whether KVM can be trusted. QEMU never outlives the script. Sourced after
# vm/emulator.sh by bht-vm.
# shellcheck disable=SC2154 # lib/arch.sh's variables

# On every guest's command line:
#  panic=-1 oops=panic  with -no-reboot, a panic or an oops ends QEMU at once
#  panic_print=0x40   a panic shows what each CPU was doing
#  rcu_cpu_stall_timeout, watchdog_thresh  emulated CPUs on a busy host stand
#                     still for long: only half a minute and more is the kernel's
#  and what the architecture adds (arch/)
guest_parameters()
{
	printf '%s ' "console=$arch_console" loglevel=7 panic=-1 oops=panic \
		panic_print=0x40 ${arch_parameters:+"$arch_parameters"} nokaslr mitigations=off \
		rcupdate.rcu_cpu_stall_timeout=60 watchdog_thresh=30
}

readonly kvm_trial_s=20
# A raw disk that the guest writes its result files to; sparse.
readonly results_disk_mib=256
# Another that tests may do anything with; sparse, and gone with the guest.
readonly scratch_disk_mib=512

qemu_pid=0
emulator='' qemu_preload=''	# of choose_accel()

# kernel_parameters ACCEL: print what is on every guest's command line.
kernel_parameters()
{
	guest_parameters
	[[ $1 == kvm || -z $arch_emulated_parameters ]] || printf '%s ' "$arch_emulated_parameters"
}

# qemu_machine ACCEL SMP MEM_MIB: set the array `qemu` to the machine that every
# guest gets. Two NUMA nodes with half of the memory and of the CPUs each; each CPU
# is a socket, because the kernel warns of a socket that spans nodes.
qemu_machine()
{
	local accel=$1 smp=$2 mem=$3
	local half=$((mem / 2)) first_cpus cpus0 cpus1

	first_cpus=$(((smp + 1) / 2))
	cpus0=cpus=0-$((first_cpus - 1)),
	cpus1=''
	if ((smp > first_cpus)); then
		cpus1=cpus=$first_cpus-$((smp - 1)),
	fi
	case $accel in
	kvm) qemu=("$emulator" -accel kvm -cpu host) ;;
	icount) qemu=("$emulator" "${icount_accel[@]}" -cpu "$arch_icount_cpu" "${icount_machine[@]}") ;;
	*) qemu=("$emulator" -accel 'tcg,thread=multi' -cpu "$arch_cpu") ;;
	esac
	qemu+=(
		"${arch_machine[@]}"
		-nodefaults -no-user-config -display none -no-reboot
		-smp "$smp,sockets=$smp,cores=1,threads=1" -m "${mem}M"
		-object "memory-backend-ram,id=mem0,size=${half}M"
		-object "memory-backend-ram,id=mem1,size=${half}M"
		-numa "node,nodeid=0,${cpus0}memdev=mem0"
		-numa "node,nodeid=1,${cpus1}memdev=mem1"
	)
}

# qemu_command ACCEL SMP MEM_MIB KERNEL INITRD APPEND: the same, and what it boots.
qemu_command()
{
	qemu_machine "$1" "$2" "$3"
	qemu+=(-kernel "$4" -initrd "$5" -append "$(kernel_parameters "$1")$6")
}

# qemu_spare_memory MEM_MIB SPARE_MIB: add memory that the guest finds offline, on a
# node of its own without CPUs, so that only tests use it.
qemu_spare_memory()
{
	local mem=$1 spare=$2

	qemu+=(
		-m "${mem}M,slots=1,maxmem=$((mem + spare))M" -numa "node,nodeid=2"
		-object "memory-backend-ram,id=spare,size=${spare}M"
		-device "pc-dimm,memdev=spare,node=2"
	)
}

# qemu_more TEXT: add the words of somebody who knows QEMU.
qemu_more()
{
	local -a words

	read -ra words <<<"$1"
	qemu+=(${words[@]+"${words[@]}"})
}

# qemu_outputs ACCEL RUN SCRATCH: add the serial lines as files of the run folder, the
# monitor and what brings result files out. append=on lets bht-vm add a line of its own.
qemu_outputs()
{
	local accel=$1 run=${2//,/,,} scratch=${3//,/,,}

	mkfifo -- "$3/monitor.in" "$3/monitor.out"
	: >"$2/console.log"
	: >"$2/ktap.log"
	qemu+=(
		-chardev "file,id=console,append=on,path=$run/console.log"
		-chardev "file,id=ktap,append=on,path=$run/ktap.log"
		-serial chardev:console
	)
	qemu_line ktap
	qemu+=(
		-chardev "pipe,id=monitor,path=$scratch/monitor" -mon chardev=monitor
	)
	if [[ $accel == icount ]]; then
		# A disk's answers come when the host likes; a serial line has none.
		qemu+=(-chardev "file,id=results,path=$scratch/results.img")
		qemu_line results
	else
		qemu_disks "$3"
	fi
}

# qemu_line CHARDEV: add a serial line after the first.
qemu_line()
{
	if [[ $arch_serial == -serial ]]; then
		qemu+=(-serial "chardev:$1")
	else
		qemu+=(-device "$arch_serial,chardev=$1")
	fi
}

# qemu_disks SCRATCH: guest/init and the tests know them by their serial numbers.
qemu_disks()
{
	local scratch=${1//,/,,}

	truncate --size="${results_disk_mib}M" -- "$1/results.img"
	truncate --size="${scratch_disk_mib}M" -- "$1/scratch.img"
	qemu+=(
		-drive "if=none,id=results,format=raw,cache=unsafe,file=$scratch/results.img"
		-device 'virtio-blk-pci,drive=results,serial=results'
		-drive "if=none,id=scratch,format=raw,cache=unsafe,file=$scratch/scratch.img"
		-device 'virtio-blk-pci,drive=scratch,serial=bhtorture-scratch'
	)
}

# qemu_terminal RUN: add the console on the terminal, with a copy in the run
# folder; Ctrl-a x ends the guest.
qemu_terminal()
{
	local run=${1//,/,,}

	qemu+=(
		-chardev "stdio,id=console,mux=on,signal=off,logfile=$run/console.log"
		-serial chardev:console -mon chardev=console
	)
}

# qemu_start LOG: start it in the background as qemu_pid. The kernel kills it when
# this shell dies, however that happens.
qemu_start()
{
	local -a preload=()

	# By its descriptor: LD_PRELOAD takes no name with a blank or a colon.
	[[ -z $qemu_preload ]] || preload=(env LD_PRELOAD=/proc/self/fd/3)
	setpriv --pdeathsig KILL -- ${preload[@]+"${preload[@]}"} "${qemu[@]}" \
		<&0 >"$1" 2>&1 3<"${qemu_preload:-/dev/null}" &
	qemu_pid=$!
}

qemu_is_running()
{
	((qemu_pid)) && kill -0 "$qemu_pid" 2>/dev/null
}

# qemu_end: end it by its pid, politely first, and reap it.
qemu_end()
{
	local tries

	for ((tries = 0; tries < 30; tries++)); do
		qemu_is_running || break
		((tries)) || kill -TERM "$qemu_pid" 2>/dev/null || true
		sleep 0.1
	done
	if ((qemu_pid)); then
		kill -KILL "$qemu_pid" 2>/dev/null || true
		wait "$qemu_pid" 2>/dev/null || true
		qemu_pid=0
	fi
}

# end_reader PID: QEMU has ended, and with it, soon, who reads its output. 0 is nobody.
end_reader()
{
	local tries

	(($1)) || return 0
	for ((tries = 0; tries < 30; tries++)); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# kvm_is_there: print why KVM cannot be tried. True and silent when it can.
kvm_is_there()
{
	if is_foreign; then
		printf 'KVM runs guests of this machine'\''s own architecture, %s\n' "$host_architecture"
	elif [[ ! -e /dev/kvm ]]; then
		printf 'no /dev/kvm on this machine\n'
	elif [[ ! -r /dev/kvm || ! -w /dev/kvm ]]; then
		printf '/dev/kvm is not accessible to this user\n'
	else
		return 0
	fi
	return 1
}

# kvm_memory: print the file that remembers how the trial boot ended on this
# machine: works or fails.
kvm_memory()
{
	local key

	key=$({
		uname -r -m
		"$arch_qemu" --version
		grep -m 1 '^model name' /proc/cpuinfo
	} | sha256sum | cut -c1-16)
	printf '%s/kvm-trial-%s\n' "$(cache_dir)" "$key"
}

# kvm_works KERNEL INITRD SCRATCH: true when an ordinary guest boots and ends with
# KVM within kvm_trial_s. On some machines /dev/kvm exists and guests hang. The outcome
# is remembered. A failure counts for a day: the machine may have been busy.
kvm_works()
{
	local kernel=$1 initrd=$2 scratch=$3 memory until
	local -a qemu=()

	memory=$(kvm_memory)
	if [[ ! -e $memory || ($(<"$memory") != works && $(find "$memory" -mmin +1440)) ]]; then
		say "trying KVM once, for at most $kvm_trial_s s"
		qemu_command kvm 2 512 "$kernel" "$initrd" bht.mode=trial
		qemu+=(-serial null -chardev "file,id=trial,path=$scratch/trial.log")
		qemu_line trial
		until=$((SECONDS + kvm_trial_s))
		qemu_start "$scratch/trial.err" </dev/null
		while qemu_is_running && ((SECONDS < until)) && [[ -z $signal ]]; do
			sleep 0.2
		done
		qemu_end
		[[ -z $signal ]] || return 1
		if grep -qs '^# guest: done, status 0' "$scratch/trial.log"; then
			printf 'works\n' >"$memory.$$"
		else
			printf 'fails\n' >"$memory.$$"
		fi
		mv -- "$memory.$$" "$memory"
	fi
	[[ $(<"$memory") == works ]] ||
		say "KVM: the trial boot failed at $(date -r "$memory" '+%F %R'); it is tried again a day later, or when $memory is removed"
	[[ $(<"$memory") == works ]]
}

# choose_accel WANTED KERNEL INITRD SCRATCH: set `accel` to kvm, tcg or icount, `emulator` to
# the QEMU for it, `qemu_preload` to what is loaded into that, if anything.
choose_accel()
{
	local wanted=$1 reason

	accel=tcg emulator=$arch_qemu qemu_preload=''
	case $wanted in
	tcg) ;;
	icount) accel=icount ;;
	auto)
		if kvm_is_there >/dev/null && kvm_works "${@:2}"; then
			accel=kvm
		fi ;;
	kvm)
		reason=$(kvm_is_there) || environment_error "--accel kvm: $reason"
		kvm_works "${@:2}" || [[ -n $signal ]] ||
			environment_error "--accel kvm: a guest does not boot with it here (remembered in $(kvm_memory))"
		accel=kvm ;;
	esac
	if [[ $accel != kvm ]]; then
		emulator=$(find_emulator) || exit
	fi
	if [[ $accel == icount ]]; then
		check_icount_emulator
		qemu_preload=$(main_loop_library)
	fi
}

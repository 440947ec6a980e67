# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# icount.sh - guests whose time is the number of their instructions (QEMU's -icount).
# One thread runs the CPUs in turn and nothing from outside reaches the guest: not the
# clock, not the host's scheduler, no random numbers. Equal inputs give equal output,
# to the byte, on a busy machine, too.
#
# Owns what makes it so, how long such a guest may take, and its fingerprint, the hash
# of all inputs. Sourced by bht-vm after emulator.sh and qemu.sh. main-loop.c keeps QEMU's own
# main loop from running between the CPUs' turns.
# shellcheck disable=SC2034,SC2154

# An instruction lasts 2^shift ns. 2 gave the most exposures a CPU second (1: 0.76 times
# as many, 3: 0.3), on 6.1 with jitter.
readonly icount_shift=2
readonly icount_smp_max=8
# Of the module, unless --module-params says otherwise: random interrupts are where the
# CPUs take turns.
readonly icount_jitter_us=60
# The guest keeps its time limits itself, in its own time (guest/init). The host's clock
# ends only what cannot do that any more, after so many times as long.
readonly icount_backstop=10

# Time begins at a fixed date. The buffer for translated code has a fixed size, which is
# enough: its default depends on the host's memory, and once it is full the next CPU runs.
readonly -a icount_accel=(-accel 'tcg,thread=single,tb-size=512')
readonly -a icount_machine=(
	-icount "shift=$icount_shift,sleep=off" -seed 1
	-rtc 'base=2026-01-01T00:00:00,clock=vm'
)

# main_loop_library: print the path of main-loop.so, built once.
main_loop_library()
{
	local source=$bht_top/scripts/vm/main-loop.c key folder

	key=$({ cat -- "$source"; gcc --version; } | sha256sum | cut -c 1-16)
	folder=$(cached "main-loop/$key" build_main_loop "$source")
	printf '%s\n' "$folder/main-loop.so"
}

# build_main_loop SOURCE OUTDIR: producer of the cache entry.
build_main_loop()
{
	gcc -O2 -shared -fPIC -o "$2/main-loop.so" "$1"
}

# check_smp ACCEL SMP: so many CPUs can be had. Sourced with options.sh.
check_smp()
{
	if [[ $1 == icount ]]; then
		number --smp "$2" 1 "$icount_smp_max" "CPUs that take turns"
	else
		number --smp "$2" 1 64 CPUs
	fi
}

# check_icount_emulator: with 7.2 the second CPU of some guests never comes up.
check_icount_emulator()
{
	local version

	version=$(emulator_version "$emulator")
	emulator_is_safe "$version" ||
		environment_error "--accel icount needs QEMU $first_safe_emulator or newer; $emulator is ${version:-of no known version}"
}

# icount_parameters TIME_LIMIT STALL_LIMIT: print what goes on the kernel's command line.
icount_parameters()
{
	printf '%sbht.accel=icount bht.jitter_us=%d bht.time_limit=%d bht.stall=%d' \
		"${arch_icount_parameters:+$arch_icount_parameters }" "$icount_jitter_us" "$1" "$2"
}

# hash_of FILE
hash_of()
{
	local line

	line=$(sha256sum <"$1") || return
	printf '%s\n' "${line%% *}"
}

# emulator_firmware: print the files of firmware that the program `emulator` may load.
emulator_firmware()
{
	local folder
	local -a folders=()

	mapfile -t folders < <("$emulator" -L help)
	for folder in "${folders[@]}"; do
		# That for x86 is named so.
		find -L "$folder" -maxdepth 1 -name '*.bin' 2>/dev/null | LC_ALL=C sort
	done
}

# emulator_hash: print the hash of the program `emulator`, its version, the firmware that it
# may load and what is preloaded.
emulator_hash()
{
	local -a files=()

	mapfile -t files < <(emulator_binary "$emulator"; emulator_firmware)
	{
		"$emulator" --version
		cat -- "$emulator" "${files[@]}" ${qemu_preload:+"$qemu_preload"} | sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

# write_inputs RUN IMAGE INITRD FILE: write the guest's inputs to FILE, a word of QEMU's
# command line a line, with the hash of what it names for each path, and a fixed name for
# the run folder, which gets output only.
write_inputs()
{
	local run=$1 image=$2 initrd=$3 word

	for word in "${qemu[@]}"; do
		case $word in
		"$emulator") printf 'qemu %s\n' "$(emulator_hash)" ;;
		"$image") printf 'kernel %s\n' "$(hash_of "$image")" ;;
		*",file=${run//,/,,}/.vm/order") printf 'order %s\n' "$(hash_of "$run/.vm/order")" ;;
		"$initrd") printf 'initramfs %s\n' "$(hash_of "$initrd")" ;;
		*)
			word=${word//"${run//,/,,}"/RUN}
			printf '%s\n' "${word//$'\n'/ }" ;;
		esac
	done >"$4"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# clock.sh - the guest's clock. A guest that is starved while it measures its time
# stamp counter has it wrong from then on (seen: 358 for 2,300 MHz, its clock ran 6.4
# times too fast), and with it each rate and time. So the guest is told the frequency,
# and bht-vm notes by the host's clock when it was ready and done; result.jq compares
# that with what the guest says. Sourced by bht-vm, whose run folder it reads, and by
# bht-farm.
# shellcheck disable=SC2034,SC2154

clock_pid=0
clock_khz=''		# the counter's frequency, as the guest was told
clock_ready='' clock_done=''	# seconds since the host's boot

# tsc_khz: print the frequency of this machine's time stamp counter; nothing where it
# cannot be measured: without a compiler, or when it does not count evenly.
tsc_khz()
{
	local source=$bht_top/scripts/vm/tsc-khz.c key program

	[[ $arch_has_tsc ]] && ! is_foreign && command -v gcc >/dev/null || return 0
	key=$({ cat -- "$source"; gcc --version; } | sha256sum | cut -c 1-16)
	program=$(cached "tsc-khz/$key" build_tsc_khz "$source")
	"$program/tsc-khz" || say "the guest finds out by itself how fast it counts"
}

# build_tsc_khz SOURCE OUTDIR: producer of the cache entry.
build_tsc_khz()
{
	gcc -O2 -o "$2/tsc-khz" "$1"
}

# clock_parameter KHZ: print what tells the guest its counter's frequency. Kernels before
# 5.11 do not know it: they hand it on to init, and measure.
clock_parameter()
{
	[[ -z $1 ]] || printf 'tsc_early_khz=%s' "$1"
}

# clock_follow: note when the guest says that it is ready, and done. Its last line and
# QEMU's end are one moment; the reader ends by itself after that.
clock_follow()
{
	local _ word now

	setpriv --pdeathsig KILL -- \
		tail --pid="$qemu_pid" --sleep-interval=0.2 --bytes=+1 -f -- "$run/ktap.log" 2>/dev/null |
		grep --text --line-buffered -oE '^# guest: (ready|done)' |
		while read -r _ _ word; do
			read -r now _ </proc/uptime
			printf '%s %s\n' "$word" "$now"
		done >"$scratch/clock" &
	clock_pid=$!
}

# clock_end: QEMU has ended: take what was noted, the first `ready` and the last `done`.
clock_end()
{
	local word now

	end_reader "$clock_pid"
	clock_pid=0
	[[ -r $scratch/clock ]] || return 0
	while read -r word now; do
		case $word in
		ready) clock_ready=${clock_ready:-$now} ;;
		done) clock_done=$now ;;
		esac
	done <"$scratch/clock"
}

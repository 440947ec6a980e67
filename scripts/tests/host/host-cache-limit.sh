#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# BHT_CACHE_LIMIT: what was used longest ago goes first; what a command uses stays, and so
# does what a run folder has a hard link of.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/options.sh
source scripts/lib/options.sh
# shellcheck source=scripts/lib/limit.sh
source scripts/lib/limit.sh

export XDG_CACHE_HOME=$scratch/cache
cache=$XDG_CACHE_HOME/bhtorture

# entry KEY MINUTES: 2 MB that were used so long ago.
entry()
{
	mkdir -p -- "$cache/$1"
	head -c 2M /dev/zero >"$cache/$1/data"
	: >"$cache/$1.lock"
	touch -d "-$2 min" -- "$cache/$1" "$cache/$1.lock"
}

# left: print the entries that are there.
left()
{
	(cd -- "$cache" && shopt -s nullglob && printf '%s\n' {kernels,vmlinux,trees}/*/) | paste -s -d ' '
}

# makes OUTDIR
makes()
{
	head -c 2M /dev/zero >"$1/data"
}

for bad in 5 0G 5G5 G five; do
	run env BHT_CACHE_LIMIT="$bad" scripts/bht-kernel path "$scratch"
	expect_status 2
	expect_output "bad BHT_CACHE_LIMIT '$bad'"
done

entry kernels/built-old 50
entry kernels/built-older 60
entry vmlinux/oldest 70
entry kernels/built-new 10
entry trees/mine 40
mkdir -p -- "$scratch/run"
ln -- "$cache/kernels/built-older/data" "$scratch/run/kernel"

limit_cache
expect "without a limit something went" test "$(left)" = \
	'kernels/built-new/ kernels/built-old/ kernels/built-older/ vmlinux/oldest/ trees/mine/'

# Another command uses the oldest one.
# shellcheck disable=SC2016 # for the shell that is started
env -u BHT_CACHE_USER bash -c 'source scripts/lib/base.sh; use_entry vmlinux/oldest; touch -d "-70 min" "$0"
	: >"$1"; exec sleep 50' "$cache/vmlinux/oldest.lock" "$scratch/used" &
user=$!
trap 'kill "$user"; leave_scratch' EXIT
for _ in {1..100}; do [[ ! -e $scratch/used ]] || break; sleep 0.1; done
export BHT_CACHE_LIMIT=7M
limit_cache 2>"$scratch/said"
expect "not what was used longest ago went: $(left)" test "$(left)" = \
	'kernels/built-new/ vmlinux/oldest/ trees/mine/'
expect "it was not said: $(<"$scratch/said")" grep -q 'removed from the cache: kernels/built-old ' "$scratch/said"
expect "a run folder's file went" test -s "$scratch/run/kernel"
refuse "something was left behind" compgen -G "$cache/*/*.removed"

# What is used now is new, and was not made in vain.
entry kernels/built-new 100
cached kernels/built-new makes >/dev/null
BHT_CACHE_LIMIT=5M
limit_cache 2>"$scratch/said"
expect "what was used just now went: $(left)" test "$(left)" = 'kernels/built-new/ vmlinux/oldest/'

# It ends, and with it its use.
kill "$user"
wait "$user" || true
trap leave_scratch EXIT
BHT_CACHE_LIMIT=3M
limit_cache 2>"$scratch/said"
expect "it is not used any more: $(left)" test "$(left)" = 'kernels/built-new/'

# All that grows is known: what was asked of guests, and what is for other architectures.
for key in {kernels,trees,vmlinux,initramfs,sources,emulator,places,symbols,sysroots,plugins}/old; do
	entry "$key" 200
done
limit_cache 2>"$scratch/said"
refuse "it knows nothing of some: $(cd -- "$cache" && echo */old)" compgen -G "$cache/*/old"

# clean leaves the downloads and what takes long, --all nothing.
entry sources/linux 1
entry debs/partial 1
entry emulator/qemu 1
entry kernels/built 1
entry places/of-it 1
touch -- "$cache/checked" "$cache/kvm-trial-0"
run scripts/bht-kernel clean
expect_status 0
refuse "a kernel stays" compgen -G "$cache/@(kernels|places)"
expect "a source went" test -e "$cache/sources/linux/data"
run scripts/bht-kernel clean --all
expect_status 0
expect "it is not all gone: $(ls -A "$cache")" test -z "$(ls -A "$cache")"
run scripts/bht-kernel clean --all
expect_status 0
finish

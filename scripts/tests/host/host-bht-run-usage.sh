#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Bad values are refused with one line that names them, before anything is started;
# whatever a value holds, neither make nor a shell runs it.
# time-limit: 180

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

refused "'0'.* 1 to 64" --smp 0
refused "'65'.* 1 to 64" --smp 65
refused "'2 3'" --smp '2 3'
refused "'-1'.* 1 to 36000" --duration -1
refused "'0'" --duration 0
refused "'1.5'" --duration 1.5
refused "'ten'" --duration ten
refused "'99999999999999999999'" --duration 99999999999999999999
refused "'7'.* 256 to" --mem 7
refused "'769'.*even" --mem 769
refused "'-3'.* 0 to 4294967295" --seed -3
refused "'4294967296'" --seed 4294967296
refused "'nope'.*known are .*move_pages" --tests nope
refused "'nope'" --tests 'move_pages nope'
refused "'x[*]'" --tests 'x*'
refused "'best'.*kernel busted held evict" --strategy best
refused "'/nonexistent'" --kernel /nonexistent
refused "'/nonexistent:debug'" --kernel /nonexistent:debug
# shellcheck disable=SC2088 # as it arrives from make
refused "'~/nonexistent'|/nonexistent'" --kernel '~/nonexistent'
refused "''" --kernel ''
refused "'sometimes'.*auto tcg kvm" --accel sometimes
refused "'play'" --mode play
refused "'1x'" --timeout 1x
refused "'no name=1'" --env 'no name=1'
refused "'\\('" --allow-console '('
refused "'\[0-9\]\\\\b'.* awk does not know" --allow-console '[0-9]\b'
refused "'nope': no such run folder" --again nope
refused 'has kept no kernel' --again "$scratch"
refused "the run's own kernel" --again "$scratch" --kernel=6.1
refused 'needs --command' --mode command
refused '--nonsense' --nonsense
refused '--nonsense' --nonsense 1
refused '--smp needs a value' --smp
refused "unknown option '--dur'" --dur 5
refused "unknown option '--durat=5'" --durat=5
refused "'0'.* 1 to 64" --smp=0
refused "unexpected word 'move_pages'" move_pages

# What would run is said, and nothing of it is done.
run env XDG_CACHE_HOME="$scratch/cache" BHT_BUILD="$scratch/build" scripts/bht-run --dry-run --kernel 6.1 \
	--mutant long-hold --tests 'mbind cpuset' --duration 7 --seed 3 --qemu-args '-d int'
expect_status 0
expect_output '^kernel: 6\.1 with long-hold \(linux-source-6\.1, .*fetched and built first\)$'
expect_output '^tests: mbind cpuset$'
expect_output '^seed: 3$'
expect_output '^guest: x86_64, 2 CPUs, 768 MB, accel auto, -d int$'
refuse "something was built" compgen -G "$scratch/build/*"
refuse "something was fetched" compgen -G "$scratch/cache/bhtorture/*"
# A kernel that cannot be had is refused then, too.
refused "unknown kernel 'nonsense'" --dry-run --kernel nonsense
refused "unknown flavour 'nope'" --dry-run --kernel 6.1:nope
refused "unknown mutant 'nope'" --dry-run --kernel 6.1 --mutant nope
refused "'/nonexistent': no such file" --dry-run --kernel 6.1 --config /nonexistent
refused "cannot be mutated" --dry-run --mutant long-hold

# What was built elsewhere, with whatever else is there, is not removed.
mkdir -- "$scratch/mine"
run env BHT_BUILD="$scratch/mine" make --no-print-directory clean
expect_status 2
expect_output "BHT_BUILD=$scratch/mine is yours to remove"
expect "it was removed" test -d "$scratch/mine"

# make cannot read such names: one line, and what to do.
run env XDG_CACHE_HOME="$scratch/a cache" scripts/bht-run --dry-run
expect_status 3
expect_lines 1
expect_output "'$scratch/a cache/bhtorture'.*: set XDG_CACHE_HOME to another folder"
run env BHT_BUILD="$scratch/a:build" scripts/bht-run --dry-run
expect_status 3
expect_lines 1
expect_output "'$scratch/a:build'.*: set BHT_BUILD to another folder"
# shellcheck disable=SC2016 # for the shell that is started
run env BHT_BUILD="$scratch/a build" bash -c 'source scripts/lib/base.sh
	source scripts/lib/traces-tool.sh
	traces_tool report report' bht-report
expect_status 3
expect_lines 1
expect_output "'$scratch/a build'.*: set BHT_BUILD to another folder"

for value in SMP=0 DURATION=-1 TESTS=nope KERNEL=/nonexistent; do
	run make --no-print-directory run_tests "$value"
	expect_status 2
	expect_output "^bht-run: bad --.* '${value#*=}'"
done

# shellcheck disable=SC2016 # none is to be expanded, anywhere
for value in '$(shell touch SCRATCH/run)' '`touch SCRATCH/run`' '"; touch SCRATCH/run; "' \
	"'; touch SCRATCH/run; '" '$(touch SCRATCH/run)' '$$(touch SCRATCH/run)' 'a$b'; do
	run make --no-print-directory run_tests TESTS="${value//SCRATCH/$scratch}"
	expect_status 2
	expect_output "^bht-run: bad --tests "
	refuse "the value was executed" test -e "$scratch/run"
done

# make compare takes several kernels; one by the name that it has elsewhere is no less.
run make --dry-run compare KERNEL=7.3
expect_output '--kernels "[$][{]BHT_MAKE_KERNEL[}]"'
run make --dry-run compare KERNEL=7.3 KERNELS='5.10 6.1'
expect_output '--kernels "[$][{]BHT_MAKE_KERNELS[}]"'

# Help is the default target and needs nothing.
run make
expect_status 0
expect_output 'make run_tests'
expect_output 'DURATION='
finish

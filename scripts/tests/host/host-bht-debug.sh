#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-debug tells what it cannot debug, its plugins compile without a warning, it finds the
# functions to look at, and the culprit in what they do. (vm-debug does it in a guest.)
# time-limit: 120
# needs: build

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

folder=$scratch/run
mkdir "$folder"
: >"$folder/console.log"
printf '{"host": {"accel": "tcg"}, "console": {"problems": []}}\n' >"$folder/result.json"

run scripts/bht-debug --run "$folder"
expect_status 3
expect_output "ran with tcg, which does nothing twice: 'make hunt'"
printf 'shift=2,sleep=off\n' >"$folder/inputs"
run scripts/bht-debug --run "$folder"
expect_status 3
expect_output 'has no violation: nothing to debug'
for value in 20 20ms 0us migrations x; do
	run scripts/bht-debug --run "$folder" --before "$value"
	expect_status 2
	expect_output "bad --before '$value'"
done
run scripts/bht-debug --run nothing
expect_status 2

# The plugins.
run gcc -O2 -Wall -Wextra -Wno-unused-parameter -Werror -fPIC -shared -I traces \
	-o "$scratch/sites.so" scripts/debug/sites.c scripts/debug/culprit.c \
	traces/exact/{machine,guest,x86,arm64}.c
expect_status 0
run gcc -O2 -Wall -Wextra -Wno-unused-parameter -Werror -fPIC -shared -I traces \
	-o "$scratch/blocks.so" scripts/debug/blocks.c
expect_status 0

# The culprit, in guests that are played. Thread 1 migrates folio 700 (page 5) to 800.
run gcc -O2 -Wall -Wextra -Werror -I traces -o "$scratch/culprit" \
	scripts/tests/host/culprit.c scripts/debug/culprit.c
expect_status 0

# culprit BLOCK LINE...: what is found for a violation of it, on page 5.
culprit()
{
	output=$("$scratch/culprit" "$1" 5 < <(printf '%s\n' "${@:2}" "3 begins v si=900 violated=$1"))
	printf '%s\n' "$output"
}

enters='1 begins m dx=700 si=800 index=5'
moves=('1 begins c' '1 ends c')
leaves='1 ends m ax=0'
takes=('2 begins l' '2 ends l ax=10 folio=700 block=20')
releases='2 begins r di=10'
# Taken while the folio is inside the callback, and still held when it moves.
culprit 20 "$enters" "${takes[@]}" "${moves[@]}" "$leaves" "$releases"
expect_output '^culprit taken event 3 count 30 migration 1 taken 30 .* src 2bc dst 320 index 5 block 20$'
# Taken after the move has begun.
culprit 20 "$enters" "${moves[@]}" "${takes[@]}" "$leaves"
expect_output '^culprit taken event 5 '
# Taken before: it is the move that must not be.
culprit 20 "${takes[@]}" "$enters" "${moves[@]}" "$leaves"
expect_output '^culprit moved event 4 count 40 migration 1 taken 20 '
# Released before the move, or the move failed: only a migration of the page.
culprit 20 "${takes[@]}" "$enters" "$releases" "${moves[@]}" "$leaves"
expect_output '^culprit last event 5 '
# Who finds what the move has left behind: the first to look after it.
culprit 20 "$enters" "${moves[@]}" "$leaves" "${takes[@]}" "$releases" "${takes[@]/2/4}"
expect_output '^culprit last event 2 '
expect_output '^after task 2$'
expect "not one victim" test "$(grep -c '^victim ip ' <<<"$output")" = 1
culprit 20 "${takes[@]}" "$enters" "${moves[@]}" '1 ends m ax=4294967285'
expect_output '^culprit report '
# The violation comes before the callback returns.
culprit 20 "$enters" "${takes[@]}" "${moves[@]}"
expect_output '^culprit taken event 3 '
# Of two, that of the violation's block.
culprit 21 "$enters" '2 begins l' '2 ends l ax=11 folio=700 block=21' "${moves[@]}" "$leaves" \
	'2 begins r di=11' "$enters" "${takes[@]}" "${moves[@]}" "$leaves"
expect_output '^culprit taken event 3 .* block 21$'

# Another violation is reported before.
culprit 20 "$enters" "${takes[@]}" "${moves[@]}" "$leaves" '3 begins v si=950 violated=21' "$releases"
expect_output '^report event 9 '

# Functions: an alias is as long as what it is an alias of; gcc's clones have longer names.
cat >"$scratch/kallsyms" <<-'END'
	000000000001ac00 D current_task
	ffffffff81000000 T _stext
	ffffffff81000100 T __find_get_block
	ffffffff81000180 t __migrate_folio.constprop.0
	ffffffff81000180 t an_alias
	ffffffff81000200 T __brelse
	ffffffff81000300 D some_data
	ffffffff81000400 T _etext
	ffffffffa0000000 t of_a_module	[brd]
END
printf '40 80 violation_report\n80 c0 other\n' >"$scratch/module"
# shellcheck source=scripts/debug/symbols.sh
source scripts/debug/symbols.sh
write_sites "$scratch" ref_moved >"$scratch/sites"
expect "not the functions to look at" diff "$scratch/sites" - <<-'END'
	l kernel ffffffff81000100 ffffffff81000180
	c kernel ffffffff81000180 ffffffff81000200
	r kernel ffffffff81000200 ffffffff81000400
	v module 40 80
	current kernel 000000000001ac00 0
	stack kernel 4000 0
END
link_symbols "$scratch/kallsyms" "$scratch/kernel"
expect "no symbols for gdb" test "$(nm "$scratch/kernel" | grep -c ' __brelse$')" = 1
run nm "$scratch/kernel"
expect_output '^ffffffff81000200 T __brelse$'
finish

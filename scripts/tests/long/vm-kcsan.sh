#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The data race detector finds no race in the module's own functions. What it finds in the
# kernel's is not ours to judge here.
# time-limit: 7200
# needs: run build

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

run scripts/bht-run --kernel 6.1:kcsan --runs-dir "$scratch" --duration 30 --timeout 3000 \
	--append kcsan.early_enable=1 --allow-console 'BUG: KCSAN: ' \
	--tests 'move_pages convict watch_ext4 oracle_stuck oracle_state_leak'
console=$scratch/latest/console.log
expect "the detector is not armed" grep 'kcsan: enabled early' "$console"
races=$(grep 'BUG: KCSAN: .*\[bhtorture\]' "$console" | sed 's/.*BUG: //' | sort | uniq -c || true)
[[ -z $races ]] || wrong "$races"
# The detector is slow: not every test reaches its floors.
expect_output '^move_pages.block_1024 +pass '
finish

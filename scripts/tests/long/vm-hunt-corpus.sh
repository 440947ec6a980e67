#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Each seed that convicted a known bug convicts it still, see scripts/hunt/corpus: to the
# byte where all that its guest boots is the same, else it or one near it. What convicts
# no more is hunted again, and the new line kept.
# time-limit: 5400
# needs: run kernel

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

for file in scripts/hunt/corpus/*; do
	# No seed of an earlier run is taken for one of this.
	run scripts/bht-hunt --corpus "$file" --hunts-dir "$scratch/hunts"
	expect_status 0
	expect_output '^([1-9][0-9]*) of \1 seeds convict still$'
	refuse "the same inputs did something else" grep -q '^not the same' <<<"$output"
	rm -rf -- "$scratch/hunts"
done
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# README.md is short, and what the READMEs point at is there: the files and headings
# that they link to, the files of the project and the targets of make that they name.
# time-limit: 60
# needs: git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/readme.sh
source "$bht_top/scripts/tests/readme.sh"

readonly longest=180		# lines of README.md

readmes=0
while read -r file; do
	readmes=$((readmes + 1))
	output=$(lost "$file")
	[[ -z $output ]] || wrong "$output"
done < <(source_files '*.md')
((readmes > 1)) || wrong "only $readmes READMEs found"
lines=$(wc -l <README.md)
((lines <= longest)) || wrong "README.md has $lines lines, more than $longest"

# It notices what leads nowhere.
cat >"$scratch/README.md" <<-'END'
	# A heading, and `code`

	[fine](README.md#a-heading-and-code) [fine](#a-heading-and-code) `scripts/bht-run --help`
	[no file](nothing.md) [no heading](README.md#nothing) `scripts/bht-nothing` `make nothing_like_this`
	```
	make run_tests
	traces/nothing
	```
END
output=$(lost "$scratch/README.md")
expect_lines 5
finish

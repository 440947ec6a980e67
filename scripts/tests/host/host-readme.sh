#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# README.md is short, and what the READMEs point at is there: the files and headings
# that they link to, the files of the project and the targets of make that they name.
# time-limit: 60
# needs: git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly longest=180		# lines of README.md

# pointers FILE: print LINE, KIND and TARGET of what it points at: links outside of code
# blocks, and names in code that begin with one of our folders, or `make TARGET`.
pointers()
{
	awk -v OFS='\t' '
		/^```/ { block = !block; next }
		{
			text = $0
			while (!block && match(text, /\]\([^) ]+\)/)) {
				print FNR, "link", substr(text, RSTART + 2, RLENGTH - 3)
				text = substr(text, RSTART + RLENGTH)
			}
			# In code: the whole line in a block, otherwise between backticks.
			n = block ? 1 : split($0, piece, "`")
			if (block)
				piece[1] = $0
			for (i = block ? 1 : 2; i <= n; i += 2) {
				words = split(piece[i], word, /[ \t"(){};,|:]+|\x27/)
				for (j = 1; j <= words; j++) {
					sub(/[.]$/, "", word[j])
					if (word[j] ~ /^(module|selftests|scripts|traces)\/[A-Za-z0-9_.\/-]+$/)
						print FNR, "file", word[j]
					if (word[j] == "make" && (j == 1 || word[j - 1] ~ /^(\$|&&|#)?$/) &&
					    word[j + 1] ~ /^[a-z][a-z_-]*$/)
						print FNR, "target", word[j + 1]
				}
			}
		}' "$1"
}

# headings FILE: print the fragments that link to its headings, as GitHub makes them.
headings()
{
	awk '/^```/ { block = !block } !block && sub(/^#+ +/, "")' "$1" | tr '[:upper:]' '[:lower:]' |
		sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# lost FILE: print what it points at that is not there.
lost()
{
	local file=$1 folder line kind target path

	folder=$(dirname -- "$file")
	while IFS=$'\t' read -r line kind target; do
		case $kind:$target in
		link:http*) ;;
		link:*)
			path=$file
			[[ $target == '#'* ]] || path=$folder/${target%%#*}
			if [[ ! -e $path ]]; then
				printf '%s:%s: the link %s leads nowhere\n' "$file" "$line" "$target"
			elif [[ $target == *#* ]] && ! headings "$path" | grep -xF -- "${target#*#}" >/dev/null; then
				printf '%s:%s: the link %s leads to no heading\n' "$file" "$line" "$target"
			fi ;;
		file:*)
			[[ -e $target || -e $folder/$target ]] ||
				printf '%s:%s: there is no %s\n' "$file" "$line" "$target" ;;
		target:*)
			grep -E "^$target:" Makefile >/dev/null ||
				printf '%s:%s: make has no target %s\n' "$file" "$line" "$target" ;;
		esac
	done < <(pointers "$file")
}

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

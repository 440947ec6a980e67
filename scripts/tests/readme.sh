# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# readme.sh - what READMEs point at, and whether it is there. Sourced by tests after
# expect.sh.

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

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# layers.sh - who uses whom between the files of one area of the project, and whether
# that keeps to the order of layers. Sourced by host-layers.sh.
#
# An area is a folder. Its files are named below it and without .c, .h or .sh: target.c
# and target.h are one file here. A use is a line: user, used, how (tab-separated).

layers_folder=$(dirname -- "${BASH_SOURCE[0]}")

# area_files FOLDER AREA: print the area's C files and shell scripts, below FOLDER.
area_files()
{
	local file

	(cd -- "$1/$2" && find . -type f -printf '%P\n' | sort) |
		while read -r file; do
			case $file in
			*.mod.c) ;;
			*.[ch] | *.S | *.sh) printf '%s\n' "$file" ;;
			*.*) ;;
			*) [[ $(head -c 2 -- "$1/$2/$file") != '#!' ]] || printf '%s\n' "$file" ;;
			esac
		done
}

# object_uses FOLDER OBJECT...: the objects' names below FOLDER are their sources'. A function
# of one that another one's code or data refers to is a use. Each function and each table
# has to be in a section of its own (-ffunction-sections -fdata-sections): that says who.
object_uses()
{
	local folder=$1

	shift
	(cd -- "$folder" && {
		nm -A --defined-only --extern-only "$@"
		objdump --reloc "$@"
	}) | awk '
		# nm: FILE:ADDRESS TYPE SYMBOL
		NF == 3 && $2 ~ /^[A-Za-z]$/ {
			sub(/:.*/, "", $1)
			home[$3] = $1
			is_function[$3] = $2 ~ /[TW]/
			next
		}
		/: +file format / { sub(/:.*/, ""); object = $0; next }
		/^RELOCATION RECORDS FOR/ {
			section = $4
			gsub(/\[|\]|:/, "", section)
			next
		}
		section !~ /^[.](text|data|rodata|init|exit|noinstr|ref)/ { next }
		/ R_/ {
			symbol = $3
			sub(/[-+]0x[0-9a-f]+$/, "", symbol)
			if (!(symbol in home) || home[symbol] == object)
				next
			who = section
			sub(/^[.](text|data|rodata)([.](unlikely|hot|rel|ro|local|cold))*[.]?/, "", who)
			sub(/[.](part|isra|constprop|cold).*$/, "", who)
			if (who == "" || who ~ /^[.]/)
				who = "its code"
			else if (section ~ /^[.](text|noinstr)/)
				who = who "()"
			used = home[symbol]
			sub(/[.]o$/, "", used)
			user = object
			sub(/[.]o$/, "", user)
			print user "\t" used "\t" who " uses " symbol (is_function[symbol] ? "()" : "")
		}' | sort -u
}

# include_uses FOLDER AREA: which of the area's files includes which.
include_uses()
{
	local folder=$1/$2

	(cd -- "$folder" && find . -name '*.[ch]' -printf '%P\n' | sort | xargs grep -HoE '^#include "[^"]+"') |
		awk -F ':#include ' -v folder="$folder" '
		function exists(file, line, found)
		{
			found = (getline line <file) >= 0
			close(file)
			return found
		}
		function tidy(path)
		{
			while (sub(/[^\/]+\/[.][.]\//, "", path))
				;
			return path
		}
		{
			gsub(/"/, "", $2)
			here = $1
			if (!sub(/[^\/]+$/, "", here))
				here = ""
			# As the compilers are told: beside the file, the area itself, lib and source.
			candidates = split(here $2 "," $2 ",lib/" $2 ",source/" $2, candidate, ",")
			for (i = 1; i <= candidates; i++) {
				file = tidy(candidate[i])
				if (file != $1 && exists(folder "/" file)) {
					print $1 "\t" file "\t" "includes " $2
					break
				}
			}
		}'
}

# script_words FOLDER AREA TREES: print FILE, KIND, FUNCTION, NAME for each script, see layers.jq;
# the folder TREES gets their syntax trees. Nobody can call a test: what it calls needs no look.
script_words()
{
	local file trees=$3

	rm -rf -- "$trees"
	while read -r file; do
		case $file in
		*.[chS] | tests/host*/* | tests/vm/* | tests/long/* | tests/host-* | tests/vm-*) continue ;;
		esac
		mkdir -p -- "$(dirname -- "$trees/$file")"
		shfmt --to-json <"$1/$2/$file" >"$trees/$file"
	done < <(area_files "$1" "$2")
	find "$trees" -type f -exec jq -r --arg trees "$trees/" -f "$layers_folder/layers.jq" {} +
}

# script_uses FOLDER AREA TREES: which script sources which, and which one's functions another
# one names. Functions are known to the files that are sourced together: a name that means one
# thing in a command may mean another in the tests.
script_uses()
{
	script_words "$@" | awk -F '\t' '
		$2 == "command" { print $1 "\t" $4 "\t" ($3 == "" ? "it" : $3 "()") " runs " $4 }
		$2 == "defines" { defined[$1, $4] = 1; definers[$4] = definers[$4] " " $1 }
		{ files[$1] = 1 }
		$2 == "source" { from[++sources] = $1; name[sources] = $4 }
		$2 == "word" { words++; user[words] = $1; within[words] = $3; word[words] = $4 }
		# The file of all that is named as the end of the path says: "/../lib/base.sh".
		function resolve(file, path, i, n, part, try, known)
		{
			n = split(path, part, "/")
			for (try = ""; n > 0 && part[n] !~ /^([.]*|scripts)$/; n--)
				try = part[n] (try == "" ? "" : "/" try)
			if (try in files)
				return try
			sub(/[^\/]*$/, "", file)
			if ((file try) in files)
				return file try
			return ""
		}
		# All that is loaded with a program, itself included.
		function load(program, file, i)
		{
			if ((program, file) in loaded)
				return
			loaded[program, file] = 1
			programs[file] = programs[file] " " program
			for (i = 1; i <= sources; i++)
				if (from[i] == file)
					load(program, name[i])
		}
		function together(a, b, i, n, program)
		{
			n = split(programs[a], program, " ")
			for (i = 1; i <= n; i++)
				if ((program[i], b) in loaded)
					return 1
			return 0
		}
		END {
			for (i = 1; i <= sources; i++) {
				name[i] = resolve(from[i], name[i])
				if (name[i] == "")
					continue
				is_sourced[name[i]] = 1
				print from[i] "\t" name[i] "\tsources it"
			}
			for (file in files)
				if (!(file in is_sourced))
					load(file, file)
			for (i = 1; i <= words; i++) {
				if ((user[i], word[i]) in defined || !(word[i] in definers))
					continue
				n = split(definers[word[i]], definer, " ")
				for (j = 1; j <= n; j++)
					if (definer[j] in is_sourced && together(user[i], definer[j]))
						print user[i] "\t" definer[j] "\t" \
							(within[i] == "" ? "it" : within[i] "()") " calls " word[i] "()"
			}
		}' | sort -u
}

# against_order LAYERS AREA CHECKED: stdin has the area's files as lines of one field, the uses
# as lines of three. Print what is wrong with them by LAYERS, one line for each, and leave in
# CHECKED.calls and CHECKED.includes the uses that must not be circles. A header may be that of several
# files: among the includes, target.c and target.h are two.
against_order()
{
	: >"$3.calls"
	: >"$3.includes"
	awk -F '\t' -v area="$2" -v layers="$1" -v checked="$3" '
		function short(file)
		{
			sub(/[.](c|h|S|sh)$/, "", file)
			return file
		}
		function as_regex(glob)
		{
			gsub(/[.]/, "[.]", glob)
			gsub(/[*]/, "[^/]*", glob)
			return "^" glob "$"
		}
		function layer(file, i, n, found)
		{
			file = short(file)
			if (file in layer_of)
				return layer_of[file]
			for (i = 1; i <= globs; i++)
				if (file == glob[i] || !(file in written_out) && file ~ as_regex(glob[i])) {
					met[i] = 1
					n++
					found = layer_of_glob[i]
				}
			if (n == 0)
				print area "/" file " is in no layer: add it to " layers
			if (n > 1)
				print area "/" file " is in " n " layers of " layers
			return layer_of[file] = n == 1 ? found : 0
		}
		BEGIN {
			while ((getline line <layers) > 0) {
				sub(/ *#.*/, "", line)
				if (line ~ /^\[.*\]$/) {
					current = substr(line, 2, length(line) - 2)
					number = 0
				} else if (current == area && line != "") {
					n = split(line, item, " ")
					if (item[1] == "runs:") {
						may_run[item[2], item[3]] = 1
						continue
					}
					number++
					for (i = 1; i <= n; i++) {
						glob[++globs] = item[i]
						written_out[item[i]] = 1
						layer_of_glob[globs] = number
					}
				}
			}
			if (!globs)
				print layers " has no area [" area "]"
		}
		NF == 1 { layer($1); next }
		{
			user = short($1)
			used = short($2)
			if ($3 ~ /^includes /)
				print >(checked ".includes")
			if (user == used)
				next
			# What goes up on purpose is no circle, either.
			if ((user, used) in may_run) {
				needed[user, used] = 1
				next
			}
			if ($3 !~ /^includes /)
				print user, used, $3 >(checked ".calls")
			if (layer(user) && layer(used) && layer(user) < layer(used))
				print area "/" user " is below " used " and must not use it: " $3
		}
		END {
			for (i = 1; i <= globs; i++)
				if (!met[i])
					print layers ": " area "/" glob[i] " does not exist"
			for (pair in may_run)
				if (!(pair in needed)) {
					split(pair, item, SUBSEP)
					print layers ": " area "/" item[1] " does not run " item[2]
				}
		}' OFS='\t'
}

# circles AREA USES: print each circle among the uses, and what it is made of.
circles()
{
	cut -f 1,2 "$2" | sort -u | tr '\t' '\n' | { tsort 2>&1 >/dev/null || true; } |
		awk -v area="$1" -v uses="$2" '
		function tell(i, n, line, part, text, told)
		{
			if (!members)
				return
			text = area ": a circle:"
			while ((getline line <uses) > 0) {
				split(line, part, "\t")
				for (i = 1; i <= members; i++) {
					n = i % members + 1
					if (part[1] == member[i] && part[2] == member[n] ||
					    part[1] == member[n] && part[2] == member[i])
						if (!((part[1], part[2]) in told)) {
							told[part[1], part[2]] = 1
							text = text "\n    " part[1] " -> " part[2] ": " part[3]
						}
				}
			}
			close(uses)
			print text
			members = 0
		}
		/input contains a loop/ { tell(); next }
		{ member[++members] = $2 }
		END { tell() }'
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# kernel-mutant.sh - kernels with a known bug: a semantic patch applied to a copy
# of a built kernel, of which only the changed files are compiled again.
# Sourced by bht-kernel after kernel-build.sh.

readonly mutants_dir=$bht_top/selftests/mutants
readonly longest_release=63	# what uname -r can hold

# mutant_file NAME|FILE.cocci: print the path of the semantic patch.
mutant_file()
{
	if [[ $1 == */* || $1 == *.cocci ]]; then
		[[ -f $1 && -r $1 ]] || usage_error "no semantic patch '$1'"
		realpath -- "$1"
	elif [[ -f $mutants_dir/$1.cocci ]]; then
		printf '%s\n' "$mutants_dir/$1.cocci"
	else
		usage_error "unknown mutant '$1'; known: $(known_mutants)"
	fi
}

known_mutants()
{
	find "$mutants_dir/" -name '*.cocci' -printf '%f\n' | sed 's/\.cocci$//' | sort | tr '\n' ' '
}

# mutant_name FILE: the name that goes into the release string.
mutant_name()
{
	basename -- "$1" .cocci | tr -c 'a-zA-Z0-9\n-' '-'
}

# mutation_suffix FILE...: what the mutants add to a kernel's name for people.
mutation_suffix()
{
	local file

	for file in "$@"; do
		printf '+%s' "$(mutant_name "$file")"
	done
}

# mutated_files FILE: print the kernel files that the patch is for: its header
# line `// files: ...`, or where the code that matters to us lives.
mutated_files()
{
	local files

	files=$(sed -n 's,^// files: *,,p' "$1" | head -n 1)
	printf '%s\n' "${files:-mm/migrate.c fs/buffer.c}"
}

# mutant_localversion FLAVOUR KERNELVERSION FILE...: print the local version of a
# mutated kernel; names that do not fit are shortened to a hash.
mutant_localversion()
{
	local flavour=$1 version=$2 file all='' full

	shift 2
	for file in "$@"; do
		all+=-$(mutant_name "$file")
	done
	full=-bht-$flavour$all
	if ((${#version} + ${#full} > longest_release)); then
		full=-bht-$flavour${all:0:20}-$(printf '%s' "$all" | sha256sum | cut -c 1-8)
	fi
	printf '%s\n' "$full"
}

# mutate SRC FILE DIFF: apply one semantic patch to the tree SRC, whose files are
# hard links: changed ones are replaced, never written to. Appends to DIFF; a
# patch that changes nothing is an error.
mutate()
{
	local src=$1 patch=$2 diff=$3 file changed='' files

	files=$(mutated_files "$patch")
	for file in $files; do
		[[ -f $src/$file ]] || continue
		rm -f -- "$src/$file.mutated"
		timeout 300 spatch --very-quiet --no-show-diff --sp-file "$patch" \
			-o "$src/$file.mutated" "$src/$file" >"$diff.spatch" 2>&1 </dev/null || {
			tail -n 5 -- "$diff.spatch" >&2
			usage_error "spatch cannot apply ${patch##*/} to $file"
		}
		[[ -f $src/$file.mutated ]] || continue
		if ! diff -u --label "a/$file" --label "b/$file" \
			"$src/$file" "$src/$file.mutated" >>"$diff"; then
			changed=1
			mv -f -- "$src/$file.mutated" "$src/$file"
		else
			rm -f -- "$src/$file.mutated"
		fi
	done
	rm -f -- "$diff.spatch"
	[[ $changed ]] ||
		fail "$EXIT_USAGE" "mutant $(mutant_name "$patch") matches nothing in this kernel's $files"
}

# build_mutant SRC OBJ FLAVOUR LOCALVERSION NAME PATCH... OUTDIR: SRC/OBJ is the
# kernel without the bugs, built. Its objects are copied and not linked: make
# writes some of them in place.
build_mutant()
{
	local src=$1 obj=$2 localversion=$3 name=$4 outdir=${*: -1} entry patch
	local -a patches=("${@:5:$#-5}")

	mkdir -- "$outdir/src"
	find "$src/" -mindepth 1 -maxdepth 1 ! -name 'obj*' -exec \
		cp -al -t "$outdir/src" -- {} +
	for patch in "${patches[@]}"; do
		mutate "$outdir/src" "$patch" "$outdir/mutant.diff"
	done
	cp -a --reflink=auto -- "$src/$obj" "$outdir/src/obj"
	move_tools "$outdir/src/obj"
	logged "$outdir" "$name" compile "$outdir/src" obj "$localversion" "$outdir"
	prune_objects "$outdir/src/obj"
}

# move_tools OBJ: the build system of tools/, unlike kbuild, writes absolute paths
# into its records and would compile objtool again, and then everything else.
move_tools()
{
	local old

	old=$(<"$1/bht.path")
	{ grep -rlIZF --include='*.cmd' -- "${old%/*}" "$1/tools" "$1/scripts" || true; } |
		xargs -0 -r sed -i "s,$old,$1,g; s,${old%/*},${1%/*},g"
}

# prune_objects OBJ: drop what building a module against it does not need. There
# are many mutants, and nothing is built upon them.
prune_objects()
{
	find "$1/" \( -path "$1/scripts" -o -path "$1/tools" \) -prune -o -type f \
		\( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o -name '*.ko' -o -name '*.mod*' \
		-o -name 'vmlinux*' -o -name '.tmp_*' -o -name '*.bin' \) -exec rm -f -- {} +
}

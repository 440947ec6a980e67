# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/mutant.sh - kernels with a known bug: a semantic patch changes a copy of a
# built kernel, and only the changed files are compiled again.
# Sourced by bht-kernel after kernel/build.sh.

readonly mutants_dir=$bht_top/selftests/mutants
readonly longest_release=63	# what uname -r can hold

# mutant_file NAME|FILE: print the path of the semantic patch, or of the patch.
mutant_file()
{
	if [[ $1 == */* || $1 == *.cocci || $1 == *.diff || $1 == *.patch ]]; then
		[[ -f $1 && -r $1 ]] || usage_error "no patch '$1'"
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
	basename -- "$1" | sed 's/\.\(cocci\|diff\|patch\)$//' | tr -c 'a-zA-Z0-9\n-' '-'
}

# mutation_suffix FILE...: what the mutants add to a kernel's name for people.
mutation_suffix()
{
	local file

	for file in "$@"; do
		printf '+%s' "$(mutant_name "$file")"
	done
}

# is_semantic PATCH
is_semantic()
{
	[[ $1 == *.cocci ]]
}

# mutated_files FILE: print the kernel files that the patch is for. A semantic patch has a
# header line `// files: ...`, or is for where the code that matters to us lives.
mutated_files()
{
	local files

	if ! is_semantic "$1"; then
		sed -nE 's,^(\+\+\+|---) [^/[:space:]]+/([^[:space:]]+).*,\2,p' "$1" | sort -u
		return
	fi
	files=$(sed -n 's,^// files: *,,p' "$1" | sed -n 1p)
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

# apply_diff SRC FILE DIFF: apply a patch as `git format-patch` makes it. patch(1) replaces
# files, too.
apply_diff()
{
	patch --strip=1 --forward --batch --quiet --no-backup-if-mismatch --reject-file=- \
		--directory="$1" <"$2" >"$3.patch" 2>&1 || {
		tail -n 5 -- "$3.patch" >&2
		usage_error "patch ${2##*/} does not apply"
	}
	rm -f -- "$3.patch"
	cat -- "$2" >>"$3"
}

# mutate SRC FILE DIFF: apply one semantic patch to the tree SRC, whose files are
# hard links: changed ones are replaced, never written to. Appends to DIFF; a
# patch that changes nothing is an error.
mutate()
{
	local src=$1 patch=$2 diff=$3 file copy changed='' files

	if ! is_semantic "$patch"; then
		apply_diff "$@"
		return
	fi
	files=$(mutated_files "$patch")
	for file in $files; do
		[[ -f $src/$file ]] || continue
		copy=$src/${file%.*}.mutated.${file##*.}
		cp -- "$src/$file" "$copy"
		timeout 300 spatch --very-quiet --no-show-diff --in-place --sp-file "$patch" \
			"$copy" >"$diff.spatch" 2>&1 </dev/null || {
			tail -n 5 -- "$diff.spatch" >&2
			usage_error "spatch cannot apply ${patch##*/} to $file"
		}
		if diff -u --label "a/$file" --label "b/$file" "$src/$file" "$copy" >>"$diff"; then
			rm -f -- "$copy"
		else
			changed=1
			mv -f -- "$copy" "$src/$file"
		fi
	done
	rm -f -- "$diff.spatch"
	[[ $changed ]] ||
		fail "$EXIT_USAGE" "mutant $(mutant_name "$patch") matches nothing in this kernel's $files"
}

# mutated_entry SRC OBJ FLAVOUR BASE_RELEASE BASE_KEY PATCH...: print the folder of
# a mutant of a built kernel, built when it is not in the cache.
mutated_entry()
{
	local src=$1 obj=$2 flavour=$3 base=${4%-bht-"$3"} base_key=$5 localversion key
	local -a patches=("${@:6}")

	localversion=$(mutant_localversion "$flavour" "$base" "${patches[@]}")
	key=$({
		printf '%s\n' "$build_recipe" "$base_key"
		# What is expected of a mutant changes no kernel.
		sed '/^\/\/ pairs: /d' -- "${patches[@]}"
	} | sha256sum | cut -c 1-12)
	cached "kernels/${arch_prefix}mutant-$base$localversion-$key" build_mutant "$src" "$obj" \
		"$localversion" "$base$localversion" "${patches[@]}"
}

# mutation_diff SOURCE PATCH...: print what the patches change in a source tree.
mutation_diff()
{
	local source=$1 work file patch

	shift
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # expanded now: work is a local variable
	trap "rm -rf -- '$work'" EXIT
	for patch in "$@"; do
		for file in $(mutated_files "$patch"); do
			[[ -f $source/$file && ! -f $work/$file ]] || continue
			mkdir -p -- "$work/${file%/*}"
			cp -- "$source/$file" "$work/$file"
		done
	done
	for patch in "$@"; do
		in_strict_shell mutate "$work" "$patch" "$work/diff" || exit
	done
	cat -- "$work/diff"
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

# move_tools OBJ [NEW_OBJ]: OBJ was copied, and will be called NEW_OBJ. The build
# system of tools/, unlike kbuild, writes absolute paths into its records and would
# compile objtool again, and then everything else. Not every architecture has objtool.
move_tools()
{
	local obj=$1 new=${2-$1} old

	old=$(<"$obj/bht.path")
	{ grep -srlIZF --include='*.cmd' -- "${old%/*}" "$obj/tools" "$obj/scripts" || true; } |
		xargs -0 -r sed -i "s,$old,$new,g; s,${old%/*},${new%/*},g"
	printf '%s\n' "$new" >"$obj/bht.path"
}

# prune_objects OBJ: drop what building a module against it does not need. There
# are many mutants, and nothing is built upon them. Modules with debug information stay.
prune_objects()
{
	local modules=(-name '*.ko' -o)

	! grep -qx 'CONFIG_DEBUG_INFO=y' "$1/.config" || modules=()
	find "$1/" \( -path "$1/scripts" -o -path "$1/tools" \) -prune -o -type f \
		\( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o "${modules[@]}" -name '*.mod*' \
		-o -name 'vmlinux*' -o -name '.tmp_*' -o -name '*.bin' \) -exec rm -f -- {} +
}

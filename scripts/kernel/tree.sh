# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the others
#
# kernel/tree.sh - the user's own kernel trees, which are never written to. A source
# tree is mirrored into the cache and built there, incrementally. A built tree is used
# as it is. Sourced by bht-kernel.

# is_kernel_source DIR / is_built DIR
is_kernel_source()
{
	[[ -f $1/Kconfig && -f $1/mm/migrate.c && -f $1/scripts/Makefile.build ]]
}

is_built()
{
	[[ -f $1/.config && -f $1/$arch_image ]]
}

# mirror TREE DIR: make DIR/src equal to the tree, its build products left out.
# Files keep their times, so that make compiles only what changed.
mirror()
{
	local tree=$1 dir=$2 pattern

	mkdir -p -- "$dir/src"
	{
		printf '/obj-*\0/.git\0'
		left_out | tr '\n' '\0'
		if git_in "$tree" rev-parse --git-dir >/dev/null 2>&1; then
			git_in "$tree" ls-files -z --others --ignored --exclude-standard --directory |
				while IFS= read -r -d '' pattern; do
					printf '/%s\0' "$pattern"
				done
		elif [[ -e $tree/.config || -e $tree/include/config ]]; then
			environment_error "$tree has been configured but not built: run make mrproper in it, or build it"
		fi
	} >"$dir/excludes"
	rsync --archive --delete --from0 --exclude-from="$dir/excludes" -- "$tree/" "$dir/src/"
}

# git_in TREE ARG...: git, also in a tree of another user.
git_in()
{
	local tree=$1

	shift
	git -c 'safe.directory=*' -C "$tree" "$@"
}

# seed_objects DIR OBJ FLAVOUR: a tree's first build starts from the objects of a
# source package of the same version, when there are any. Files that differ from
# the package's are made to look changed just now; their own times return with
# the next mirroring, when their objects are newer than that.
seed_objects()
{
	local src=$1/src obj=$2 flavour=$3 file base='' source

	[[ ! -e $src/$obj ]] || return 0
	for file in "$(cache_dir)"/kernels/"${arch_prefix}"built-*-"$flavour"-*/src/Makefile; do
		[[ ! $debug_info || -s ${file%/src/*}/vmlinux ]] || continue
		if cmp -s -- "$file" "$src/Makefile" && [[ -s ${file%/*}/obj/bht.path ]]; then
			base=${file%/Makefile}
		fi
	done
	[[ -n $base ]] || return 0
	say "starting from the objects of ${base%/src}"
	cp -a --reflink=auto -- "$base/obj" "$src/$obj.seed"
	source=$base
	# What the source lacks counts as changed, too.
	{ LC_ALL=C diff -rq --no-dereference --exclude='obj*' -- "$source" "$src" || true; } |
		sed -nE "s,^Files .* and (.*) differ\$,\1,p; s,^Only in (${src}[^:]*): ,\1/,p" |
		while IFS= read -r file; do
			find "$file" -exec touch -- {} +
		done
	move_tools "$src/$obj.seed" "$src/$obj"
	mv -T -- "$src/$obj.seed" "$src/$obj"
}

# tree_state TREE: print what git calls the tree's state, nothing without git.
tree_state()
{
	git_in "$1" describe --always --dirty 2>/dev/null || true
}

# build_tree TREE FLAVOUR PATCH...: build the tree as it is now, then print path
# lines. Held under a lock: the mirror is one, and two runs would undo each other.
build_tree()
{
	local tree=$1 flavour=$2 dir obj image_key entry
	local -a patches=("${@:3}")

	dir=$(cache_dir)/trees/$(basename -- "$tree")-$(printf '%s' "$tree" | sha256sum | cut -c 1-10)
	use_entry "trees/${dir##*/}"
	mkdir -p -- "$dir"
	printf '%s\n' "$tree" >"$dir/path"
	obj=obj-$arch_prefix$flavour
	# Objects without debug information stay without: these are others.
	if [[ $debug_info && -e $dir/src/$obj/.config ]] &&
		! grep -qx 'CONFIG_DEBUG_INFO=y' "$dir/src/$obj/.config"; then
		obj+=-readable
	fi
	exec 8>"$dir/lock"
	flock 8
	rm -rf -- "$dir/out"
	mkdir -- "$dir/out"
	in_strict_shell mirror "$tree" "$dir" 8>&- || exit
	in_strict_shell seed_objects "$dir" "$obj" "$flavour" 8>&- || exit
	logged "$dir/out" "$(basename -- "$tree")-$flavour" configure_and_compile \
		"$dir/src" "$obj" "$flavour" "-bht-$flavour" "$dir/out" 8>&- >&2 || exit
	image_key=$(sha256sum "$dir/out/vmlinuz" "$dir/src/$obj/vmlinux" | sha256sum | cut -c 1-12)
	# What is booted must not change when the tree is built again meanwhile.
	entry=$(cached "kernels/${arch_prefix}tree-$(<"$dir/out/release")-$image_key" copy_out "$dir/out") || exit
	if ((${#patches[@]})); then
		entry=$(mutated_entry "$dir/src" "$obj" "$flavour" "$(<"$entry/release")" \
			"$image_key" "${patches[@]}") || exit
		built_lines "$tree:$flavour$arch_suffix$(config_suffix)$(mutation_suffix "${patches[@]}")" "$entry" \
			"$entry/src/obj" "$dir/src" "$(tree_state "$tree")"
	else
		built_lines "$tree:$flavour$arch_suffix$(config_suffix)" "$entry" "$dir/src/$obj" "$dir/src" "$(tree_state "$tree")"
	fi
	exec 8>&-
}

copy_out()
{
	cp -a -- "$1/." "$2/"
}

# built_tree TREE: path lines of a tree that the user has built. Only its modules
# are installed, into the cache; nothing in the tree is changed.
built_tree()
{
	local tree=$1 release source key entry

	source=$tree
	[[ -f $tree/mm/migrate.c ]] || source=$(realpath -- "$tree/source" 2>/dev/null) ||
		usage_error "$tree is a build without its source"
	release=$(image_release "$tree/$arch_image") ||
		usage_error "$tree/$arch_image is no kernel image"
	[[ -f $tree/Module.symvers ]] ||
		environment_error "$tree has no Module.symvers: run make modules in it"
	key=$(stat -c '%n %Y %s' -- "$tree/$arch_image" "$tree/Module.symvers" \
		"$tree/.config" | sha256sum | cut -c 1-12)
	entry=$(cached "kernels/${arch_prefix}built-$release-$key" stage_built "$tree") || exit
	built_lines "$tree$arch_suffix" "$entry" "$tree" "$source" "$(tree_state "$source")"
	! has_debug_info "$tree/vmlinux" || debug_lines "$tree/vmlinux" "$source" "$tree"
}

# stage_built TREE OUTDIR
stage_built()
{
	local tree=$1 outdir=$2 release

	cp -- "$tree/$arch_image" "$outdir/vmlinuz"
	cp -- "$tree/.config" "$outdir/config"
	release=$(image_release "$outdir/vmlinuz")
	printf '%s\n' "$release" >"$outdir/release"
	mkdir -p -- "$outdir/lib/modules/$release"
	if [[ -s $tree/modules.order ]]; then
		make_clean_env make -C "$tree" "INSTALL_MOD_PATH=$outdir" INSTALL_MOD_STRIP=1 \
			modules_install </dev/null >"$outdir/build.log" 2>&1 || {
			tail -n 5 -- "$outdir/build.log" >&2
			environment_error "cannot install the modules of $tree"
		}
	fi
	rm -f -- "$outdir/lib/modules/$release"/{build,source}
}

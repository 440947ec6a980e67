# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# symbols.sh - the addresses in a deterministic guest, and the plugin that looks there.
# Packages' System.map files are stubs and a run's kernel may be gone: another guest boots
# what the run has kept, and says what is where. Without KASLR that is the same each time.
# Only the module's address is not, see sites.c. It counts instructions, too: its time limits
# do not depend on the host then. Sourced by bht-debug and bht-replay.
# shellcheck disable=SC2154

# Raise when what is asked of the guest changes.
readonly symbols_recipe=3

# guest_symbols RUN: print a folder with the guest's kallsyms and bhtorture.ko.
guest_symbols()
{
	local key

	key=$(cat -- "$1/replay/kernel" "$1/replay/initramfs" | sha256sum | cut -c 1-16) || return
	cached "symbols/$key-r$symbols_recipe" ask_guest "$1"
}

# ask_guest RUN OUTDIR: producer of the cache entry.
ask_guest()
{
	local run=$1 outdir=$2 file

	say "a guest tells which addresses its functions have"
	"$bht_top/scripts/bht-vm" --mode command --accel icount --kernel-image "$run/replay/kernel" \
		--initrd "$run/replay/initramfs" --run "$outdir/run" --command '
			cp /proc/kallsyms /results/
			find / -xdev -name bhtorture.ko -exec cp {} /results/ ";" -quit' >&2 || true
	for file in kallsyms bhtorture.ko; do
		[[ -s $outdir/run/results/$file ]] ||
			environment_error "the guest of $run does not tell its symbols: $(jq --raw-output .reason "$outdir/run/vm.json" 2>/dev/null)"
		mv -- "$outdir/run/results/$file" "$outdir/$file"
	done
	rm -rf -- "$outdir/run"
	link_symbols "$outdir/kallsyms" "$outdir/kernel"
	module_functions "$outdir/bhtorture.ko" >"$outdir/module"
	objcopy --output-target=binary --only-section=.text "$outdir/bhtorture.ko" "$outdir/text"
}

# functions KALLSYMS: print START END NAME of the kernel's functions, hexadecimal.
functions()
{
	awk '$2 ~ /^[tTwW]$/ && NF == 3 && $1 ~ /^ffffffff/ { print $1, $3 }' "$1" | sort |
		awk '$1 != start {
				for (i = 1; i <= names; i++)
					print start, $1, name[i]
				start = $1
				names = 0
			}
			{ name[++names] = $2 }'
}

# link_symbols KALLSYMS FILE: make an ELF file of them, for gdb. It has no code.
link_symbols()
{
	local first last

	read -r first _ < <(functions "$1")
	last=$(functions "$1" | awk 'END { print $2 }')
	{
		printf '.section .kernel,"ax",@nobits\nfirst:\n.skip 0x%x\n' $((0x$last - 0x$first))
		functions "$1" | awk -v first="$first" '
			!seen[$3]++ {
				printf ".globl \"%s\"\n.type \"%s\", @function\n", $3, $3
				printf ".set \"%s\", first + 0x%s - 0x%s\n", $3, $1, first
			}'
	} >"$2.s"
	as -o "$2.o" "$2.s" && ld --section-start=".kernel=0x$first" -e 0 -o "$2" "$2.o"
	rm -f -- "$2.s" "$2.o"
}

# module_functions KO: print START END NAME, in its code.
module_functions()
{
	nm --defined-only --print-size "$1" |
		awk 'NF == 4 && $3 ~ /^[tT]$/ { print $1, $2, $4 }' |
		while read -r start size name; do
			printf '%x %x %s\n' $((0x$start)) $((0x$start + 0x$size)) "$name"
		done
}

# write_sites SYMBOLS ORACLE: what sites.c is to look at. What an oracle of the module
# found is reported by the module, else by the kernel.
write_sites()
{
	local kernel='' module=''

	if [[ $2 == kernel ]]; then
		kernel='__warn panic oops_enter kasan_report report_bug'
	else
		module=violation_report
	fi
	functions "$1/kallsyms" | awk -v report="$kernel" '
		function add(kind, names, i, n, list) {
			n = split(names, list, " ")
			for (i = 1; i <= n; i++)
				kinds[list[i]] = kind
		}
		BEGIN {
			add("m", "buffer_migrate_folio_norefs buffer_migrate_page_norefs __buffer_migrate_folio __buffer_migrate_page")
			add("c", "migrate_page_move_mapping folio_migrate_mapping __folio_migrate_mapping __migrate_folio")
			add("c", "filemap_migrate_folio folio_mc_copy folio_migrate_copy folio_copy migrate_page_copy")
			add("l", "__find_get_block __find_get_block_nonatomic find_get_block_common __find_get_block_slow")
			add("r", "__brelse __bforget")
			add("i", "do_init_module")
			add("v", report)
		}
		{ name = $3; sub(/[.](constprop|isra|part)[.].*/, "", name) }
		name in kinds { print kinds[name], "kernel", $1, $2 }'
	awk -v report="$module" '
		$3 == "strategy_migrate" { print "m module", $1, $2 }
		report != "" && $3 == report { print "v module", $1, $2 }' "$1/module"
	awk '$3 == "pcpu_hot" || $3 == "current_task" { print "current kernel", $1, 0; exit }' "$1/kallsyms"
	printf 'stack kernel %x 0\n' $((16384 << $(grep -c ' kasan_report$' "$1/kallsyms")))
}

# The plugins are made of what is beside this file, and of what traces/exact knows of QEMU.
readonly plugin_sources="$bht_top/scripts/debug"
readonly plugin_machine=("$bht_top"/traces/exact/{machine,guest,x86,arm64}.c)
readonly plugin_shared=("$bht_top"/traces/exact/{architecture,machine,guest,blocks,qemu}.h "${plugin_machine[@]}")

# plugin NAME SOURCE...: print the path of a plugin made of these.
plugin()
{
	local name=$1 key
	local -a sources=("${@:2}")

	key=$({
		cat -- "$plugin_sources"/*.[ch] "${plugin_shared[@]}"
		gcc --version
	} | sha256sum | cut -c 1-16)
	printf '%s/%s.so\n' "$(cached "plugins/$name-$key" compile_plugin "$name" "${sources[@]}")" "$name"
}

# compile_plugin NAME SOURCE... OUTDIR: producer of the cache entry.
compile_plugin()
{
	(cd -- "$plugin_sources" &&
		gcc -O2 -fPIC -shared -fvisibility=hidden -I "$bht_top/traces" -o "${*: -1}/$1.so" "${@:2:$#-2}")
}

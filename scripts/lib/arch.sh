# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/arch.sh - the architecture of the kernels and guests: --arch, else the environment's
# BHT_ARCH, else this machine's. All that one is to the suite is in arch/NAME.sh:
#
#   arch_uname arch_package arch_triplet   its names: uname -m, Debian's, the compiler's
#   arch_make arch_target arch_image       the kernel's build: ARCH=, what is made, the file
#   arch_source_globs                      the folders of arch/ that such a kernel lacks
#   arch_flavours                          flavours that only it has
#   arch_qemu arch_qemu_package            the program, the package that has it installed
#   arch_qemu_packages                     what a newer one is unpacked from
#   arch_machine arch_cpu                  QEMU's machine, and the CPU that it emulates,
#                                          arch_icount_cpu with icount
#   arch_console arch_output arch_results  lines of the guest: the kernel's, the tests', files
#   arch_serial                            how the lines after the first are added
#   arch_parameters                        of the kernel; arch_emulated_parameters with TCG,
#                                          arch_icount_parameters with icount
#   arch_has_nmi arch_has_tsc arch_has_spare_memory   whether QEMU can send an NMI, whether
#                                          there is a time stamp counter, whether memory can
#                                          be plugged in
#
# Sourced after lib/base.sh. What runs below a command finds its --arch in BHT_ARCH.
# shellcheck disable=SC2034,SC2154

# Flavours of kernels that are built here, on every architecture.
flavours=(fast debug kcsan btf filesystems rt)

# flavours_of ARCHITECTURE: print all that it has.
flavours_of()
{
	# shellcheck source=scripts/arch/x86_64.sh
	(source "$bht_top/scripts/arch/$1.sh" && printf '%s ' "${flavours[@]}" "${arch_flavours[@]}")
}

# known_architectures: print their names, one a line.
known_architectures()
{
	(cd -- "$bht_top/scripts/arch" && printf '%s\n' *.sh | sed 's/\.sh$//')
}

# architecture_of NAME: print what the suite calls it, NAME itself when it knows none such.
architecture_of()
{
	case $1 in
	x86 | amd64 | x86-64) printf 'x86_64\n' ;;
	aarch64) printf 'arm64\n' ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# take_architecture NAME: set the arch_ variables.
take_architecture()
{
	arch_name=$1
	# shellcheck source=scripts/arch/x86_64.sh
	source "$bht_top/scripts/arch/$1.sh"
	# What compiles for it, and which of this machine's own programs run there.
	arch_cross='' arch_make_cross=()
	if [[ $arch_name != "$host_architecture" ]]; then
		arch_cross=$arch_triplet-
		arch_make_cross=("ARCH=$arch_make" "CROSS_COMPILE=$arch_cross")
	fi
	# In names of what is built for it; x86-64 was there first.
	arch_suffix='' arch_prefix=''
	if [[ $arch_name != x86_64 ]]; then
		arch_suffix=@$arch_name arch_prefix=$arch_name-
	fi
}

# choose_architecture NAME: that of the command line; nothing is that of BHT_ARCH, or this
# machine's.
choose_architecture()
{
	local name

	name=$(architecture_of "${1:-${BHT_ARCH:-$host_architecture}}")
	if [[ $name == */* || ! -e $bht_top/scripts/arch/$name.sh ]]; then
		[[ ${1:-${BHT_ARCH-}} ]] ||
			environment_error "this machine is of the architecture $name; known are $(known_architectures | paste -s -d ' '): give --arch (make: ARCH=)"
		usage_error "bad --arch '${1:-${BHT_ARCH-}}': known are $(known_architectures | paste -s -d ' ')"
	fi
	take_architecture "$name"
	export BHT_ARCH=$name
}

# is_foreign: this machine's own programs do not run in the guest.
is_foreign()
{
	[[ $arch_name != "$host_architecture" ]]
}

host_architecture=$(architecture_of "$(uname -m)")
arch_name=$(architecture_of "${BHT_ARCH:-$host_architecture}")
# What nobody knows is an error where it matters: choose_architecture().
if [[ -e $bht_top/scripts/arch/$arch_name.sh ]]; then
	take_architecture "$arch_name"
else
	take_architecture x86_64
fi

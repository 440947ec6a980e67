# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables are shared with the others
#
# kernel/running.sh - the kernel that this machine runs, for distributions whose packages
# cannot be fetched here: image, headers and modules are used where they are. Sourced by
# bht-kernel after kernel/build.sh and kernel/kselftest.sh.

readonly system_root=${BHT_SYSTEM_ROOT-}	# tests have another

# packages_can_be_fetched: Debian's apt has the distribution's kernel, and its source.
packages_can_be_fetched()
{
	command -v apt-get >/dev/null && command -v dpkg >/dev/null && [[ $(os_release ID) == debian ]]
}

# running_image RELEASE: print the image that says it is RELEASE, of where distributions
# put theirs, nothing when none can be read.
running_image()
{
	local file

	for file in "$system_root/boot/vmlinuz-$1" "$system_root/lib/modules/$1/vmlinuz" \
		"$system_root"/boot/vmlinuz-linux* "$system_root/run/booted-system/kernel"; do
		[[ -r $file && $(image_release "$file" 2>/dev/null || true) == "$1" ]] || continue
		printf '%s\n' "$file"
		return
	done
}

# running_modules RELEASE: print the folder of its modules.
running_modules()
{
	local folder

	for folder in "$system_root"/{lib,usr/lib,run/booted-system/kernel-modules/lib}/modules/"$1"; do
		[[ ! -d $folder ]] || break
	done
	[[ -d $folder ]] || folder=$system_root/lib/modules/$1
	printf '%s\n' "$folder"
}

# running_kernel: print its path lines, or say what is missing and what to give.
running_kernel()
{
	local release image modules build source lacks

	release=${BHT_SYSTEM_RELEASE:-$(uname -r)}
	modules=$(running_modules "$release")
	build=$modules/build
	image=$(running_image "$release")
	[[ $image ]] ||
		environment_error "kernel 'distro': no readable image of $release in /boot or /lib/modules: give KERNEL=DIRECTORY, a kernel source tree or a built one"
	[[ -f $build/Module.symvers && -f $build/Makefile ]] ||
		environment_error "kernel 'distro': no headers of $release in $build: install them (kernel-devel, linux-headers, kernel-default-devel, linuxPackages.kernel.dev), or give KERNEL=DIRECTORY"
	source=${BHT_KSELFTEST_SOURCE:-$modules/source}
	lacks=$(kselftest_lacks "$source")
	[[ -z $lacks ]] ||
		environment_error "kernel 'distro': kselftest comes with a kernel's source only ($lacks in $source): give BHT_KSELFTEST_SOURCE=DIRECTORY, a kernel source tree of 5.10 or newer, or KERNEL=DIRECTORY"
	cat <<-END
	ident=distro
	release=$release
	version=
	image=$image
	build=$build
	modules=$modules
	source=$source
	kselftest=$source
	END
}

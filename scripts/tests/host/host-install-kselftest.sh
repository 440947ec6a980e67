#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What bht-install-kselftest puts into a kernel tree: the tests and the module's source,
# nothing that was built, READMEs whose links lead somewhere. What it had put there is
# replaced, what is not its own stays. (vm-install-kselftest runs what was installed.)
# time-limit: 60
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/readme.sh
source "$bht_top/scripts/tests/readme.sh"
# shellcheck source=scripts/kernel/kselftest.sh
source "$bht_top/scripts/kernel/kselftest.sh"

readonly tree=$scratch/linux place=$scratch/linux/tools/testing/selftests/bhtorture
readonly copy=$scratch/copy

# A tree whose kselftest has what the installer looks for, as text.
while IFS='|' read -r file pattern; do
	[[ ${file// /} ]] || continue
	mkdir -p -- "$(dirname -- "${place%/*}/${file// /}")"
	printf '%s\n' "${pattern//\\/}" >>"${place%/*}/${file// /}"
done <<<"$kselftest_needs"

# The project as somebody has it who has built the selftests in place.
mkdir -- "$copy"
source_files scripts selftests module | xargs cp -p --parents -t "$copy" --
mkdir -p -- "$copy"/selftests/{torture.build,bhtorture.build,kselftest_install}
touch -- "$copy"/selftests/{move_pages,bhtorture.ko,torture.build/run.o,bhtorture.build/main.c,kselftest_install/move_pages} \
	"$copy"/module/{main.o,bhtorture.mod.c}

# installed: print the files that the tree has got.
installed()
{
	(cd -- "$place" && find . -type f -printf '%P\n' | sort)
}

run "$copy/scripts/bht-install-kselftest" "$tree"
expect_status 0
wanted=$(source_files selftests module |
	sed -nE '\,^selftests/mutants/,d; s,^selftests/,,p; \,^module/(.*/)?([^/]*\.[ch]|Kbuild|Makefile|README.md)$,p' | sort)
run diff <(printf '%s\n' "$wanted") <(installed)
expect_status 0

# Every README is a copy that says so. It notices a link that leads nowhere.
while read -r file; do
	run lost "$place/$file"
	expect_no_output ': the link '
	run grep -m 1 -A 2 '^# ' "$place/$file"
	expect_output "^This is a copy, which .bht-install-kselftest. of "
done < <(installed | grep 'README\.md$')
sed -i 's|^#.*|& [nothing](nothing.md)|' "$place/README.md"
run lost "$place/README.md"
expect_output 'the link nothing\.md leads nowhere'

# Again: what it had put there and has no longer goes.
touch -- "$place"/{gone.c,move_pages} "$place"/module/{gone.c,gone.o}
run "$copy/scripts/bht-install-kselftest" "$tree"
expect_status 0
run diff <(printf '%s\n' "$wanted") <(installed)
expect_status 0

# Somebody else's folder of that name.
printf 'all:\n' >"$place/Makefile"
run "$copy/scripts/bht-install-kselftest" "$tree"
expect_status 2
expect_output 'exists and is not ours'
expect "Makefile was replaced" grep -qx all: "$place/Makefile"

run "$copy/scripts/bht-install-kselftest" "$scratch"
expect_status 2
expect_output 'not a kernel source tree'
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The selftests build without a warning and install completely.
# time-limit: 240
# needs: build fetch

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

source_tree=$(kernel_field source)

# Their module is host-module-build's business: any object stands in for it.
gcc -g -x c -c -o "$scratch/bhtorture.ko" - <<<'int module;'
run make -C selftests KSRC="$source_tree" OUTPUT="$scratch/out" \
	BHT_MODULE_KO="$scratch/bhtorture.ko" USERCFLAGS=-Werror
expect_status 0
if grep -E 'warning|error:' <<<"$output"; then
	wrong "warnings, see above"
fi
run make -C selftests KSRC="$source_tree" OUTPUT="$scratch/out" \
	BHT_MODULE_KO="$scratch/bhtorture.ko" INSTALL_PATH="$scratch/installed" install
expect_status 0
for file in $(make -s -C selftests list) bhtorture.ko settings; do
	expect "$file is not installed" test -s "$scratch/installed/$file"
done
# A header that has changed: all is compiled again. The lib.mk of 5.10 forgets LOCAL_HDRS.
selftests=$scratch/linux/tools/testing/selftests
mkdir -p -- "$selftests"
# With their times: new ones would be a reason to compile.
cp -p -- "$source_tree"/tools/testing/selftests/{lib.mk,kselftest*.h} "$selftests/"
sed -i 's/^LOCAL_HDRS += /LOCAL_HDRS := /' "$selftests/lib.mk"
expect "another lib.mk" grep -q '^LOCAL_HDRS := ' "$selftests/lib.mk"
for tree in "$source_tree" "$scratch/linux"; do
	run make -C selftests -n -W lib/options.h KSRC="$tree" OUTPUT="$scratch/out" \
		BHT_MODULE_KO="$scratch/bhtorture.ko"
	expect_status 0
	expect_output ' -c lib/torture\.c -o '
	expect_output ' -DORACLE=stuck oracle\.c '
done

# The lib.mk of 5.10 installs no settings by itself.
# shellcheck disable=SC2016 # for make
run make -s -C selftests KSRC="$source_tree" OUTPUT="$scratch/out" \
	--eval='files: ; @echo $(TEST_FILES)' files
expect_output '^settings$'
finish

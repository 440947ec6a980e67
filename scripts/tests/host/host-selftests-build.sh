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
# The lib.mk of 5.10 installs no settings by itself.
# shellcheck disable=SC2016 # for make
run make -s -C selftests KSRC="$source_tree" OUTPUT="$scratch/out" \
	--eval='files: ; @echo $(TEST_FILES)' files
expect_output '^settings$'
finish

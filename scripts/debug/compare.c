// SPDX-License-Identifier: GPL-2.0
/*
 * compare.c - reads what blocks.c writes of two guests, and prints the first block of
 * instructions that is another one: its number, the address of the last common one, and
 * both addresses (0: the guest had ended). Exits 1 then, and 0 when there is none.
 */
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	uint64_t address[2], before = 0, n;
	FILE *file[2];
	int i;

	if (argc != 3)
		return 2;
	for (i = 0; i < 2; i++) {
		file[i] = fopen(argv[1 + i], "r");
		if (!file[i]) {
			perror(argv[1 + i]);
			return 2;
		}
		setvbuf(file[i], NULL, _IOFBF, 1 << 16);
	}
	for (n = 1;; n++) {
		for (i = 0; i < 2; i++) {
			if (fread(&address[i], sizeof(*address), 1, file[i]) != 1)
				address[i] = 0;
		}
		if (address[0] != address[1]) {
			printf("%lu %lx %lx %lx\n", n, before, address[0], address[1]);
			return 1;
		}
		if (!address[0]) {
			printf("%lu\n", n - 1);
			return 0;
		}
		before = address[0];
	}
}

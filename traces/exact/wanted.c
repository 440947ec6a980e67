// SPDX-License-Identifier: GPL-2.0
/* What is measured. record.c sets it, all others ask. */
#include "exact/wanted.h"

struct wanted wanted;

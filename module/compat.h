/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one home of everything that depends on the kernel's version.
 *
 * The rest of the module is written for today's folio interfaces. The headers in
 * compat/ provide them on kernels from 5.0 on. HAVE_* comes from the feature tests
 * in Kbuild, which ask the headers being built against, never a version number.
 */
#ifndef _BHTORTURE_COMPAT_H
#define _BHTORTURE_COMPAT_H

#ifndef CONFIG_64BIT
#error "bhtorture needs a 64-bit kernel: a folio may be in highmem, a sector needs two registers"
#endif

#include "compat/buffer.h"
#include "compat/device.h"
#include "compat/folio.h"
#include "compat/migrate.h"
#include "compat/regs.h"
#include "compat/shrinker.h"
#include "compat/task.h"

#endif /* _BHTORTURE_COMPAT_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Bhtorture - torture test of page migration against buffer_head lookups.
 *
 * Hammers __find_get_block() on a block device's page cache while userspace (the
 * selftests, for example) forces migration, and judges whether updates, reads and
 * references survive. Modelled on kernel/locking/locktorture.c: loading starts the
 * torture, unloading (or a write to debugfs' stop) ends it with a verdict line.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/reboot.h>

#include "bhtorture.h"
#include "report/debugfs.h"
#include "torture.h"

MODULE_DESCRIPTION("Torture test of page migration against buffer_head lookups");
MODULE_AUTHOR("The bhtorture developers");
MODULE_LICENSE("GPL");

static struct torture *torture;

/* Devices are shut down next, and whoever writes to them hangs or complains. */
static int bhtorture_reboot(struct notifier_block *notifier,
			    unsigned long action, void *unused)
{
	torture_shutdown(torture);
	return NOTIFY_DONE;
}

static struct notifier_block bhtorture_reboot_notifier = {
	.notifier_call = bhtorture_reboot,
};

static int __init bhtorture_init(void)
{
	struct torture *t;
	int rc;

	rc = params_check();
	if (rc)
		return rc;
	t = torture_create();
	if (IS_ERR(t))
		return PTR_ERR(t);
	rc = torture_start(t);
	if (!rc)
		rc = debugfs_start(t);
	if (rc) {
		torture_free(t);
		return rc;
	}
	torture = t;
	register_reboot_notifier(&bhtorture_reboot_notifier);
	return 0;
}

/*
 * While somebody is stuck rmmod does not get here: the monitor holds the module. He may get
 * stuck just now. Then the verdict is out, and nobody can do more than to wait for him.
 */
static void __exit bhtorture_exit(void)
{
	unregister_reboot_notifier(&bhtorture_reboot_notifier);
	while (torture_stop(torture))
		msleep(MSEC_PER_SEC);
	debugfs_stop(torture);
	torture_free(torture);
}

module_init(bhtorture_init);
module_exit(bhtorture_exit);

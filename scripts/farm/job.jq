# SPDX-License-Identifier: GPL-2.0
#
# job.jq - LAVA jobs of shards: of each line of tab-separated values (see make_jobs in
# plan.sh) the job of its device, but for what depends on its name. What a guest prints
# is described in scripts/guest/console.awk. $pattern is what LAVA's monitors look for.

def seconds: {seconds: .};
def minutes: {minutes: .};

# A file of the farm's kernels/, which workers fetch from $artifacts.
def artifact($file; $sha256sum): {url: $file, sha256sum: $sha256sum};

# What both devices have. Of the results, only the text of a skipped test's has a blank
# before it.
def job($type; $context; $action_minutes; $more_timeouts; $actions): {
	job_name: "\(.kernel) \(.tests) seed \(.seed)",
	device_type: $type,
	visibility: "public",
	priority: "medium",
	context: $context,
	timeouts: ({job: (.job_limit | seconds), action: ($action_minutes | minutes)} + $more_timeouts),
	metadata: {kernel, tests, seed},
	actions: $actions
};

def monitored($last): {test: {
	timeout: (.test_limit | seconds),
	monitors: [{
		name: "bhtorture",
		start: "TAP version 13",
		"end": $last,
		pattern: $pattern,
		fixupdict: {"ok": "pass", "not ok": "fail", " ok": "skip", "Kernel": "fail"}
	}]
}};

# LAVA's monitors give up when no test has ended for as long as the action's limit. The
# boot is quiet, so that there is no message of the kernel's start to wait for.
def boot($how; $waiting_action): {boot: ($how + {
	timeout: (.boot_limit | seconds),
	timeouts: {($waiting_action): (.stall_limit | seconds)},
	parameters: {"kernel-start-message": ""},
	prompts: ["# guest: ready"]
})};

# One shard in QEMU. The job itself says which -accel. The scratch disk, for tests on
# virtio-blk, is known by its serial number. With icount there is none: it would answer
# when the host likes. The monitor's end is a whole line: what
# LAVA has not read by then is not in its log. Its pattern finds results of subtests and
# of programs, numbers of records, and a panic, which ends QEMU and with it the job.
def qemu_job: (.parameters | contains("bht.accel=icount")) as $counted | job("qemu"; {arch, no_kvm: true}; 5; {}; [
	{deploy: {
		to: "tmpfs",
		timeout: (5 | minutes),
		images: ({
			kernel: ({image_arg: "\(.machine) -serial stdio -kernel {kernel} -append \"\(.parameters)\"",
				compression: "gz"} + artifact("kernel.gz"; .kernel_sha256)),
			initramfs: ({image_arg: "-initrd {initramfs}", compression: "gz"}
				+ artifact("initramfs.gz"; .initramfs_sha256)),
			scratch: ({image_arg: ("-drive if=none,id=scratch,format=qcow2,cache=unsafe,file={scratch}"
					+ " -device virtio-blk-pci,drive=scratch,serial=bhtorture-scratch")}
				+ artifact("scratch.qcow2"; .scratch_sha256))
		} | if $counted then del(.scratch) else . end)
	}},
	boot({method: "qemu", media: "tmpfs"}; "execute-qemu"),
	monitored("# guest: done, status [0-9]+[^\\n]*\\n")
]);

# One shard on a board that boots over tftp: the same initramfs, the same parameters.
# The kernel is the image itself: U-Boot asks which kind it is (booti).
# The board's own console= comes from its LAVA device type. A board resets itself when
# it panics: the failed test case `panic` says so.
def board_job: (.device | split(":")) as [$type, $kind]
	| ({uboot: "u-boot"}[$kind] // $kind) as $method
	| job($type; {extra_kernel_args: .parameters}; 10; {connection: (5 | minutes)}; [
		{deploy: {
			to: "tftp",
			timeout: (10 | minutes),
			kernel: (artifact(.image; .bzimage_sha256) + if $method == "u-boot" then {type: "image"} else {} end),
			ramdisk: ({compression: "gz", install_overlay: false}
				+ artifact("initramfs.gz"; .initramfs_sha256))
		}},
		boot({method: $method, commands: "ramdisk"}; "connect-device"),
		monitored("(?:# guest: done, status [0-9]+|Rebooting in|end Kernel panic)[^\\n]*\\n")
	]);

split("\t")
| {device: .[0], kernel: .[1], tests: .[2], seed: .[3],
   job_limit: (.[4] | tonumber), boot_limit: (.[5] | tonumber), test_limit: (.[6] | tonumber),
   stall_limit: (.[7] | tonumber), machine: .[8], parameters: .[9],
   arch: .[10], image: .[11],
   kernel_sha256: .[12], initramfs_sha256: .[13], bzimage_sha256: .[14], scratch_sha256: .[15]}
| if .device == "qemu" then qemu_job else board_job end

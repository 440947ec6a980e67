# SPDX-License-Identifier: GPL-2.0
# The front door. Each target is one of scripts/, which also take options by name
# and whose exit codes tell more than make's.

.DEFAULT_GOAL := help

# Values reach the scripts through the environment, as they were typed: neither
# make nor a shell expands what is in them.
VARIABLES := KERNEL MUTANT MUTANTS TESTS STRATEGY DURATION SMP MEM SEED ACCEL KSRC RUN KERNELS TRACE PROFILE HOURS \
	SEEDS JOBS SWARM COVER FILE BEFORE PATCH CORPUS CRASH_DUMP DEBUG_INFO ARCH
unexport $(VARIABLES)
define pass
export BHT_MAKE_$(1) := $$(value $(1))
option_$(1) := $$(if $$(value $(1)),--$$(shell echo $(1) | tr A-Z a-z) "$$$${BHT_MAKE_$(1)}")
endef
$(foreach variable,$(VARIABLES),$(eval $(call pass,$(variable))))

# What is on or off: 0 and nothing are off.
switch = $(if $(filter-out 0,$(value $(1))),--$(2))

machine := $(option_ARCH) $(option_KERNEL) $(option_MUTANT) $(option_DURATION) $(option_SMP) \
	$(option_MEM) $(option_SEED) $(option_ACCEL) $(option_STRATEGY) $(option_TRACE)

help:
	@sed -n 's/^#H \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

# The folder of runs and results, which is not always build/.
built = $$(bash -c '. scripts/lib/base.sh; printf %s "$$bht_build"')

#H make run_tests   boot a kernel in a throw-away VM, torture it, print the verdict
run_tests:
	@scripts/bht-run $(machine) $(option_TESTS) $(option_PROFILE) $(option_HOURS) \
		$(call switch,CRASH_DUMP,crash-dump) $(call switch,DEBUG_INFO,debug-info)

#H make bench       in one boot: what the judging costs, how fast folios move
bench:
	@scripts/bht-run --mode bench $(machine)

#H make report      who held private_lock how long, who waited: text, JSON, HTML (RUN=)
report:
	@scripts/bht-report $(option_RUN)

#H make watch       without a module, on this machine as it is: do folios with buffers migrate
#H                  here, who waits for it, is there the race (DURATION=10; read-only)
watch:
	@scripts/bht-watch --duration $(or $(and $(value DURATION),"$${BHT_MAKE_DURATION}"),10)

#H make hunt        seeds 1, 2, 3 ... of a deterministic guest, until one convicts (SEEDS=64)
hunt:
	@scripts/bht-hunt $(option_ARCH) $(option_KERNEL) $(option_MUTANT) $(option_TESTS) $(option_STRATEGY) \
		$(option_DURATION) $(option_SMP) $(option_MEM) $(option_SEEDS) $(option_JOBS) \
		$(option_SWARM) $(option_COVER) $(option_PATCH) $(option_CORPUS)

#H make replay      a run with ACCEL=icount again, from what its folder kept (RUN=)
replay:
	@scripts/bht-replay $(option_RUN)

#H make debug       the same, stopped where its violation began, with gdb (RUN= BEFORE=20us)
debug:
	@scripts/bht-debug $(option_RUN) $(option_BEFORE)

#H make export      the same as one archive, for whoever has no suite (RUN= FILE=)
export:
	@scripts/bht-replay $(option_RUN) --export $(or $(and $(value FILE),"$${BHT_MAKE_FILE}"),"$(built)/replay.tar.gz")

#H make compare     held, evict and kernel under one load, side by side (KERNELS='6.1 7.3')
compare:
	@scripts/bht-compare $(option_ARCH) \
		$(or $(option_KERNELS),$(if $(value KERNEL),--kernels "$${BHT_MAKE_KERNEL}")) \
		$(option_DURATION) $(option_SEED) \
		$(option_SMP) $(option_MEM) $(option_ACCEL) $(option_TRACE) $(option_TESTS)

#H make peers       other suites and ours, a sound and a racy kernel: who notices (KERNEL=6.1)
peers:
	@scripts/bht-peers $(option_ARCH) $(option_KERNEL) $(option_MUTANT) $(option_DURATION) $(option_SEED) \
		$(option_SMP) $(option_MEM) $(option_ACCEL)

#H make check       the suite's own tests; TESTS='GLOB...' a part, FAILED=1 what failed last
check:
	@scripts/bht-check $(if $(value TESTS),--tests "$${BHT_MAKE_TESTS}") $(if $(value FAILED),--failed) \
		$(option_JOBS)

#H make check-all   these and the long ones: all kernels, flavours, mutants
check-all:
	@scripts/bht-check --all $(option_JOBS)

#H make check-lava  a farm of two shards through a real LAVA server, set up on loopback
check-lava:
	@scripts/bht-setup --for lava-server
	@scripts/bht-check --tests vm-lava-server-all

#H make mutants     which oracle kills which kernel bug, how fast (KERNEL=6.1 MUTANTS=)
mutants:
	@scripts/bht-mutants $(option_ARCH) $(option_KERNEL) $(option_MUTANTS) $(option_ACCEL)

#H make install-kselftest KSRC=TREE   put the suite into a kernel tree
install-kselftest:
	@scripts/bht-install-kselftest "$${BHT_MAKE_KSRC}"

#H make all         build the module and the selftests for KERNEL
all:
	@scripts/bht-run --mode build $(option_ARCH) $(option_KERNEL) $(option_MUTANT)

#H make clean       remove what was built here and the runs (the cache stays)
clean:
	@! test "$$BHT_BUILD" || { echo "make clean: BHT_BUILD=$$BHT_BUILD is yours to remove" >&2; exit 1; }
	@rm -rf -- "$(built)"

#H
#H Variables of run_tests and bench:
#H   KERNEL=distro   the kernel: see scripts/bht-kernel --help
#H   ARCH=arm64      of the kernel and the guest: x86_64, arm64 (default: this machine's)
#H   TESTS='...'     names or globs of selftests
#H   PROFILE=quick   or, tests with their parameters: quick, default, soak, storm
#H   HOURS=2         of PROFILE=soak; fractions are allowed
#H   STRATEGY=kernel who moves folios: kernel (under test), busted, held, evict
#H   DURATION=10     seconds per torture test
#H   SMP=2           CPUs of the guest
#H   MEM=768         its memory in MB
#H   RUN=latest      make report, replay, debug, export: a run folder, its name or path
#H   KERNELS='...'   make compare: the kernels (default: that of KERNEL)
#H   SEED=           to repeat a run (default: random; printed)
#H   TRACE=hold      record each test: traces/README.md has the table of recipes;
#H                   exact: from outside, in instructions (with ACCEL=icount)
#H   ACCEL=auto      KVM if a trial boot succeeded, else tcg; icount: the same again is
#H                   the same to the byte
#H   DEBUG_INFO=1    a kernel whose addresses are told as file and line
#H   CRASH_DUMP=1    the same, and the guest's memory at the first violation or panic
#H   BHT_CACHE_LIMIT=20G  what was used longest ago leaves the cache (M, G, T; default: never)
#H   SEEDS=64        make hunt: seeds 1 to 64, or A-B
#H   JOBS=           make hunt: guests at once (default: one a CPU); make check: tests at once
#H   SWARM=1         make hunt: each seed draws its configuration, too
#H   COVER=1         make hunt: until each possible pair of steps of a migration and a lookup has met;
#H                   all: on to the last seed
#H   PATCH=fix.diff  make hunt: all seeds without this fix, and with it
#H   CORPUS=FILE     make hunt: the seeds in this file: does each convict still?
#H   BEFORE=         make debug: stop earlier: 20us, 3migrations
#H
#H The same with exact exit codes: scripts/bht-run --help

.PHONY: help run_tests bench hunt replay debug export report watch compare peers check check-all check-lava mutants install-kselftest all clean

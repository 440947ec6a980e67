# SPDX-License-Identifier: GPL-2.0
#
# stacks.py - for gdb, attached to a deterministic guest at the culprit: where the CPUs
# are, and the stacks of the tasks that matter. The kernels have no debug information, so
# frames are found here: by frame pointers, or where the kernel has none, by the calls
# that return addresses on the stack come after. `backtrace` uses the same.
#
# bht-debug sets bht_symbols, bht_log, bht_stack_bytes and bht_current before.

import bisect
import os

import gdb
from gdb.unwinder import Unwinder, register_unwinder

FRAMES = 40
FUNCTION_BYTES = 1 << 20    # no function is longer
WORD = 8
REGS_BP, REGS_IP, REGS_CS, REGS_SP = 32, 128, 136, 152   # of struct pt_regs
KERNEL = 0xff00000000000000   # with five levels of page tables; with four it is higher


def read_bytes(address, size):
    try:
        return bytes(gdb.selected_inferior().read_memory(address & (2**64 - 1), size))
    except gdb.error:
        return b''


def word_at(address):
    data = read_bytes(address, WORD)
    return int.from_bytes(data, 'little') if len(data) == WORD else 0


class Symbols:
    """The functions of kernel and module, by address."""

    def __init__(self, folder, module_base):
        self.all = []
        self.by_name = {}
        with open(os.path.join(folder, 'kallsyms')) as lines:
            for line in lines:
                words = line.split()
                if len(words) != 3:
                    continue
                self.by_name.setdefault(words[2], int(words[0], 16))
                if words[1] in 'tTwW':
                    self.all.append((int(words[0], 16), words[2]))
        if module_base:
            with open(os.path.join(folder, 'module')) as lines:
                for line in lines:
                    start, end, name = line.split()
                    self.all.append((module_base + int(start, 16), name + ' [bhtorture]'))
                    self.all.append((module_base + int(end, 16), ''))
        # Where two have an address, what begins there counts, not what ends.
        self.all.sort()
        self.starts = [start for start, name in self.all]

    def find(self, address):
        """The start and the name of the function that an address is in."""
        i = bisect.bisect_right(self.starts, address) - 1
        if i < 0 or not self.all[i][1]:
            return 0, ''
        return self.all[i]

    def text(self, address):
        start, name = self.find(address)
        if not name or address - start > FUNCTION_BYTES:
            return '?'    # such as what ftrace has made
        name, _, module = name.partition(' ')
        return '%s+0x%x%s' % (name, address - start, ' ' + module if module else '')


class Stacks:
    """One step from a frame to its caller's: (ip, sp, bp) to (ip, sp, bp), or None."""

    def __init__(self, symbols, stack_bytes):
        self.symbols = symbols
        self.stack_bytes = stack_bytes
        self.frame_pointers = '__start_orc_unwind' not in symbols.by_name

    def step(self, ip, sp, bp, word=word_at, innermost=False):
        start, name = self.symbols.find(ip)
        if not name:
            return None
        if self.frame_pointers:
            return self.step_by_frame(ip, sp, bp, word, innermost, start)
        return self.step_by_call(ip, sp, bp, word, start, name)

    def regs(self, at, word):
        if word(at + REGS_CS) & 3:
            return None
        return word(at + REGS_IP), word(at + REGS_SP), word(at + REGS_BP)

    def step_by_frame(self, ip, sp, bp, word, innermost, start):
        if bp & 1:
            return self.regs(bp - 1, word)    # an interrupt: ENCODE_FRAME_POINTER
        if innermost:
            code = read_bytes(ip, 1)
            # Before `push %rbp`, behind the space for ftrace; or all is popped.
            if code == b'\xc3' or ip - start < 6 and code != b'\x48':
                return word(sp), sp + WORD, bp
            if code == b'\x48' and read_bytes(ip, 3) == b'\x48\x89\xe5':
                return word(sp + WORD), sp + 2 * WORD, bp
        if bp < KERNEL:
            return None
        return word(bp + WORD), bp + 2 * WORD, word(bp)

    def called(self, address):
        """What the call before this return address calls; 0: by a pointer; None: no call."""
        code = read_bytes(address - 7, 7)
        if len(code) < 7:
            return None
        if code[2] == 0xe8:
            offset = int.from_bytes(code[3:7], 'little', signed=True)
            target = (address + offset) & (2**64 - 1)
            return 0 if '_thunk_' in self.symbols.find(target)[1] else target
        for length in (2, 3, 6, 7):
            if code[7 - length] == 0xff and code[8 - length] & 0x38 == 0x10:
                return 0
        return None

    def step_by_call(self, ip, sp, bp, word, start, name):
        if name.startswith('asm_'):
            return self.regs(sp, word)
        end = (sp // self.stack_bytes + 1) * self.stack_bytes
        pointer = None
        for at in range(sp, end, WORD):
            value = word(at)
            if value < KERNEL or not self.symbols.find(value)[1]:
                continue
            called = self.called(value)
            if called == start:
                return value, at + WORD, bp
            if called == 0 and pointer is None:
                pointer = value, at + WORD, bp
        # The last word of an interrupt's stack is the stack that was left for it.
        left = word(end - WORD)
        if pointer is None and left > KERNEL and not self.symbols.find(left)[1]:
            return self.step_by_call(ip, left, bp, word, start, name)
        return pointer

    def walk(self, ip, sp, bp, word=word_at, running=True):
        innermost = running
        for _ in range(FRAMES):
            yield ip
            frame = self.step(ip, sp, bp, word, innermost)
            innermost = bool(bp & 1)
            if not frame or not self.symbols.find(frame[0])[1]:
                return
            ip, sp, bp = frame


class Log:
    """What sites.c has found: the last line of each kind, as words by name."""

    def __init__(self, path):
        self.lines = {}
        with open(path) as lines:
            for line in lines:
                words = line.split()
                self.lines[words[0]] = words[1:]

    def value(self, kind, name, base=16):
        words = self.lines.get(kind, [])
        return int(words[words.index(name) + 1], base) if name in words else 0

    def module(self):
        words = self.lines.get('module')
        return int(words[0], 16) if words else 0


class Guest:
    def __init__(self):
        value = lambda name: gdb.convenience_variable(name)
        folder = value('bht_symbols').string()
        self.log = Log(value('bht_log').string())
        self.current = int(value('bht_current'))
        self.symbols = Symbols(folder, self.log.module())
        self.stacks = Stacks(self.symbols, int(value('bht_stack_bytes')))
        self.comm = self.find_comm()
        self.saved_sp = self.find_saved_sp()

    def find_comm(self):
        """The first task is called swapper: where in struct task_struct is that?"""
        task = read_bytes(self.symbols.by_name.get('init_task', 0), 16384) or \
            read_bytes(self.symbols.by_name.get('init_task', 0), 4096)
        return max(task.find(b'swapper'), 0)

    def find_saved_sp(self):
        """__switch_to_asm() saves it with `mov %rsp, OFFSET(%rdi)`."""
        code = read_bytes(self.symbols.by_name.get('__switch_to_asm', 0), 64)
        at = code.find(b'\x48\x89\xa7')
        return int.from_bytes(code[at + 3:at + 7], 'little') if at >= 0 else 0

    def name(self, task):
        comm = read_bytes(task + self.comm, 16).split(b'\0')[0].decode('ascii', 'replace')
        return comm if self.comm and comm else '?'

    def cpus(self):
        """For each: its gdb thread, its task, (ip, sp, bp)."""
        for thread in sorted(gdb.selected_inferior().threads(), key=lambda t: t.num):
            thread.switch()
            frame = gdb.newest_frame()
            value = lambda name: int(frame.read_register(name)) & (2**64 - 1)
            base = value('gs_base')
            if base < KERNEL:
                base = value('k_gs_base')
            yield thread, word_at((base + self.current) & (2**64 - 1)), \
                (value('rip'), value('rsp'), value('rbp'))

    def show(self, frames):
        for i, ip in enumerate(frames):
            print('  #%-2d 0x%016x %s' % (i, ip, self.symbols.text(ip)))

    def task_stack(self, task):
        """Of a task on a CPU, else what __switch_to_asm() has left: bx, r12 to r15, bp."""
        for thread, on_cpu, registers in self.cpus():
            if on_cpu == task:
                return 'on CPU %d' % (thread.num - 1), self.stacks.walk(*registers)
        sp = word_at(task + self.saved_sp)
        return 'not on a CPU', self.stacks.walk(
            word_at(sp + 6 * WORD), sp + 7 * WORD, word_at(sp + 5 * WORD), running=False)

    def kept_stack(self, kind):
        """As the plugin has kept it, from another moment."""
        words = self.log.lines.get(kind)
        if not words:
            return
        ip, sp, bp = (int(words[i], 16) for i in (1, 3, 5))
        kept = {sp + i * WORD: int(word, 16) for i, word in enumerate(words[7:])}
        yield from self.stacks.walk(ip, sp, bp, word=lambda at: kept.get(at, 0))

    def report(self):
        migrating = self.log.value('culprit', 'migrating')
        holding = self.log.value('culprit', 'holding')
        finder = self.log.value('report', 'task')
        for task, what in ((migrating, 'the migrating task'),
                           (holding, 'the thread that held the reference')):
            if not task:
                continue
            where, frames = self.task_stack(task)
            print('%s: %s, %s' % (what, self.name(task), where))
            self.show(frames)
        if 'taker' in self.log.lines:
            print('the same thread, when it took the reference')
            self.show(self.kept_stack('taker'))
        if finder:
            print('the thread that found the violation: %s, when it did' % self.name(finder))
            self.show(self.kept_stack('finder'))
        if 'victim' in self.log.lines:
            print('the first lookup of the block after the move: %s' %
                  self.name(self.log.value('after', 'task')))
            self.show(self.kept_stack('victim'))
        for thread, task, registers in self.cpus():
            if task not in (migrating, holding):
                print('CPU %d: %s' % (thread.num - 1, self.name(task)))
                self.show(self.stacks.walk(*registers))


class FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class KernelUnwinder(Unwinder):
    """For gdb's own backtrace."""

    def __init__(self, guest):
        super().__init__('bhtorture')
        self.guest = guest

    def __call__(self, pending):
        value = lambda name: int(pending.read_register(name)) & (2**64 - 1)
        ip, sp, bp = value('rip'), value('rsp'), value('rbp')
        innermost = True
        frame = self.guest.stacks.step(ip, sp, bp, innermost=pending.level() == 0)
        if not frame or not self.guest.symbols.find(frame[0])[1]:
            return None
        info = pending.create_unwind_info(FrameId(gdb.Value(sp), gdb.Value(ip)))
        kind = pending.read_register('rip').type
        plain = pending.read_register('rsp').type
        info.add_saved_register('rip', gdb.Value(frame[0]).cast(kind))
        info.add_saved_register('rsp', gdb.Value(frame[1]).cast(plain))
        info.add_saved_register('rbp', gdb.Value(frame[2]).cast(pending.read_register('rbp').type))
        return info


class Stacks_Command(gdb.Command):
    """bht-stacks: the stacks of the tasks that matter, and of all CPUs."""

    def __init__(self):
        super().__init__('bht-stacks', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        guest.report()


guest = Guest()
register_unwinder(None, KernelUnwinder(guest), replace=True)
Stacks_Command()

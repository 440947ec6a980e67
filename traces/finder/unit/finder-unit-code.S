/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Code as compilers write it. finder-unit-code.h says what each function does with
 * private_lock.
 */
	.text
	.globl lock, unlock, kept, kept_end, spilled, spilled_end, stored, stored_end
	.globl unseen, unseen_end, either, either_end, chosen, chosen_end
	.globl overwritten, overwritten_end, another, another_end, jumped, jumped_end

lock:
	ret
unlock:
	ret

kept:
	push %rbx
	lea 128(%rdi), %rbx
	mov %rbx, %rdi
	call lock
	nop
	mov %rbx, %rdi
	call unlock
	pop %rbx
	ret
kept_end:

spilled:
	sub $24, %rsp
	sub $-128, %rdi
	mov %rdi, 8(%rsp)
	call lock
	xor %eax, %eax
	mov 8(%rsp), %rdi
	call unlock
	add $24, %rsp
	ret
spilled_end:

stored:
	push %rbp
	mov %rdi, %rbp
	lea 128(%rbp), %rdi
	call lock
	movb $0, 64(%rbp)		/* not the lock */
	movb $0, 128(%rbp)
	pop %rbp
	ret
stored_end:

unseen:
	push %rbp
	mov %rdi, %rbp
	lea 128(%rbp), %rdi
	call lock
	movl $0, 128(%rbp)		/* no unlock writes four bytes */
	pop %rbp
	ret
unseen_end:

either:
	push %rbx
	lea 128(%rdi), %rbx
	test %esi, %esi
	je 1f
	lea 128(%rdx), %rbx
1:	mov %rbx, %rdi
	call lock
	mov %rbx, %rdi
	call unlock
	pop %rbx
	ret
either_end:

chosen:
	push %rbx
	test %esi, %esi
	cmove %rdx, %rdi
	lea 128(%rdi), %rbx
	mov %rbx, %rdi
	call lock
	mov %rbx, %rdi
	call unlock
	pop %rbx
	ret
chosen_end:

overwritten:
	sub $24, %rsp
	sub $-128, %rdi
	mov %rdi, 8(%rsp)
	call lock
	movl $0, 12(%rsp)
	mov 8(%rsp), %rdi
	call unlock
	add $24, %rsp
	ret
overwritten_end:

another:
	push %rbx
	lea 64(%rdi), %rbx
	mov %rbx, %rdi
	call lock
	mov %rbx, %rdi
	call unlock
	pop %rbx
	ret
another_end:

jumped:
	push %rbx
	lea 128(%rdi), %rbx
	mov %rbx, %rdi
	call lock
	nop
	mov %rbx, %rdi
	pop %rbx
	jmp unlock
jumped_end:

	.section .note.GNU-stack,"",@progbits

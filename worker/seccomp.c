/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The filter of system calls, with three answers: what reading a document takes is allowed; what
 * only an attacker calls kills the process; all else fails with EPERM, so that a library that asks
 * for something new goes without it instead of ending everybody's documents.
 *
 * Built once as a BPF program; in each worker its own process number is put in, since it may send
 * signals to itself alone (abort). */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SELF = 0x7ffffffe }; /* stands for the process number: above any that Linux gives */

static struct sock_fprog program;

#define CALL(name) SCMP_SYS(name)

static const int allowed[] = {
    /* Descriptors that are open */
    CALL(read), CALL(pread64), CALL(readv), CALL(preadv), CALL(write), CALL(writev), CALL(lseek),
    CALL(close), CALL(fstat), CALL(newfstatat), CALL(dup), CALL(poll), CALL(ppoll), CALL(recvmsg),
    CALL(sendmsg), CALL(eventfd2),
    /* Memory */
    CALL(munmap), CALL(mremap), CALL(brk), CALL(madvise),
    /* Threads */
    CALL(futex), CALL(set_robust_list), CALL(rseq), CALL(set_tid_address), CALL(exit),
    CALL(exit_group), CALL(sched_yield), CALL(sched_getaffinity), CALL(sched_getparam),
    CALL(sched_getscheduler), CALL(gettid), CALL(membarrier),
    /* Signals */
    CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigaltstack),
    CALL(restart_syscall),
    /* Time and chance */
    CALL(clock_gettime), CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep),
    CALL(gettimeofday), CALL(time), CALL(getrandom),
    /* Who and where: qsort asks how much memory there is */
    CALL(getpid), CALL(getppid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
    CALL(sysinfo), CALL(uname), CALL(getrusage), CALL(getcpu), CALL(getrlimit)};

static const int deadly[] = {
    CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(ptrace), CALL(process_vm_readv),
    CALL(process_vm_writev), CALL(kill), CALL(tkill), CALL(rt_sigqueueinfo),
    CALL(rt_tgsigqueueinfo), CALL(pidfd_open), CALL(pidfd_send_signal), CALL(pidfd_getfd),
    /* Network */
    CALL(socket), CALL(socketpair), CALL(connect), CALL(bind), CALL(listen), CALL(accept),
    CALL(accept4),
    /* System */
    CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(unshare), CALL(setns),
    CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(io_uring_setup), CALL(keyctl),
    CALL(add_key), CALL(request_key), CALL(init_module), CALL(finit_module), CALL(delete_module),
    CALL(kexec_load), CALL(kexec_file_load), CALL(reboot), CALL(swapon), CALL(swapoff),
    CALL(open_by_handle_at), CALL(name_to_handle_at), CALL(setuid), CALL(setgid), CALL(setreuid),
    CALL(setregid), CALL(setresuid), CALL(setresgid), CALL(setgroups), CALL(capset),
    CALL(personality), CALL(modify_ldt), CALL(ioperm), CALL(iopl), CALL(acct), CALL(quotactl),
    CALL(nfsservctl), CALL(lookup_dcookie), CALL(move_pages), CALL(mbind), CALL(syslog)};

/* What is opened or asked for in vain every day: a library that tries is not an attack, even where
 * everything unexpected kills. */
static const int refused[] = {CALL(openat),     CALL(open),       CALL(access),
                              CALL(faccessat),  CALL(faccessat2), CALL(readlink),
                              CALL(readlinkat), CALL(stat),       CALL(lstat)};

/* EACCES: the filter does the same by default, as with `strict`. */
static bool is_added(int failed) {
    return !failed || failed == -EACCES;
}

/* A call that older libraries of seccomp or this machine do not have is skipped. */
static bool add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count) {
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        ok = ok && (calls[i] < 0 || is_added(seccomp_rule_add(filter, action, calls[i], 0)));
    }
    return ok;
}

#define ADD_ALL(filter, action, calls) \
    add_all(filter, action, calls, sizeof(calls) / sizeof(calls)[0])

#define ADD(filter, action, call, count, ...) \
    is_added(seccomp_rule_add(filter, action, CALL(call), count, __VA_ARGS__))

static bool add_conditional(scmp_filter_ctx filter) {
    const uint32_t allow = SCMP_ACT_ALLOW, kill = SCMP_ACT_KILL_PROCESS;
    const struct scmp_arg_cmp makes_no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                              thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD),
                              process = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
    bool ok = ADD(filter, allow, mmap, 1, makes_no_code) &&
              ADD(filter, allow, mprotect, 1, makes_no_code);
    /* clone3 has flags that a filter cannot see; without it libc takes clone. */
    ok = ok && ADD(filter, allow, clone, 1, thread) && ADD(filter, kill, clone, 1, process) &&
         is_added(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0));
    ok = ok && ADD(filter, allow, tgkill, 1, SCMP_A0(SCMP_CMP_EQ, SELF, 0)) &&
         ADD(filter, kill, tgkill, 1, SCMP_A0(SCMP_CMP_NE, SELF, 0));
    /* Not F_SETOWN and F_SETSIG, by which the kernel would signal others for it. */
    static const int commands[] = {F_GETFD, F_SETFD, F_GETFL, F_DUPFD, F_DUPFD_CLOEXEC};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        ok = ok && ADD(filter, allow, fcntl, 1, SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[i], 0));
    /* Its own limits, to look at; names of threads. */
    return ok &&
           ADD(filter, allow, prlimit64, 2, SCMP_A0(SCMP_CMP_EQ, 0, 0),
               SCMP_A2(SCMP_CMP_EQ, 0, 0)) &&
           ADD(filter, allow, prctl, 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) &&
           ADD(filter, allow, prctl, 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_VMA, 0));
}

/* The program as the kernel takes it. */
static bool export_program(scmp_filter_ctx filter) {
    int file = memfd_create("filter", MFD_CLOEXEC);
    off_t size = file >= 0 && !seccomp_export_bpf(filter, file) ? lseek(file, 0, SEEK_END) : -1;
    bool ok = size > 0 && (program.filter = malloc((size_t)size)) &&
              pread(file, program.filter, (size_t)size, 0) == size;
    if (ok)
        program.len = (unsigned short)((size_t)size / sizeof *program.filter);
    if (file >= 0)
        close(file);
    return ok;
}

bool build_filter(bool strict) {
    scmp_filter_ctx filter = seccomp_init(strict ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return false;
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree: each call is looked up fast */
    bool ok = ADD_ALL(filter, SCMP_ACT_ALLOW, allowed) && add_conditional(filter) &&
              ADD_ALL(filter, SCMP_ACT_KILL_PROCESS, deadly) &&
              ADD_ALL(filter, SCMP_ACT_ERRNO(EPERM), refused) && export_program(filter);
    seccomp_release(filter);
    return ok;
}

bool enter_filter(void) {
    uint32_t self = (uint32_t)getpid();
    for (size_t i = 0; i < program.len; i++) {
        struct sock_filter *step = &program.filter[i];
        if (BPF_CLASS(step->code) == BPF_JMP && BPF_SRC(step->code) == BPF_K && step->k == SELF)
            step->k = self;
    }
    return !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

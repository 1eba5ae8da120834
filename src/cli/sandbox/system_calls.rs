//! The system calls of a recording of files, for seccomp. All others fail as if the kernel did not have them, so that the C library
//! falls back to older ones.
use nix::libc::{self, c_long};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::env::consts::ARCH;

/// Memory, threads, time, signals, and what a process asks about itself.
const OF_THE_PROCESS: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getcpu,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getpriority,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_getsid,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_getuid,
    libc::SYS_kill,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_prctl,
    libc::SYS_prlimit64,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_setpriority,
    libc::SYS_sigaltstack,
    libc::SYS_sysinfo,
    libc::SYS_tgkill,
    libc::SYS_times,
    libc::SYS_uname,
];

/// Files, whose paths Landlock judges, and descriptors.
const OF_FILES: &[c_long] = &[
    libc::SYS_close,
    libc::SYS_copy_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fcntl,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_lseek,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pipe2,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_sync_file_range,
    libc::SYS_syncfs,
    libc::SYS_unlinkat,
    libc::SYS_write,
    libc::SYS_writev,
];

/// Of sockets only the pairs by which signals are passed on.
const OF_PAIRS: &[c_long] = &[
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
];

/// What only x86-64 has, beside their successors above.
#[cfg(target_arch = "x86_64")]
const OLD: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_dup2,
    libc::SYS_epoll_wait,
    libc::SYS_getpgrp,
    libc::SYS_link,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_open,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_stat,
    libc::SYS_time,
    libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[c_long] = &[];

/// Requests to terminals: their settings and size, and who is in the foreground. Not those that type into one.
#[allow(
    clippy::unnecessary_cast,
    reason = "the types differ from one C library to the other"
)]
const TERMINAL_REQUESTS: [u64; 7] = [
    libc::TCGETS as u64,
    libc::TCSETS as u64,
    libc::TCSETSW as u64,
    libc::TCSETSF as u64,
    libc::TIOCGWINSZ as u64,
    libc::TIOCGPGRP as u64,
    libc::FIONREAD as u64,
];

/// The filter.
pub fn allowed() -> BpfProgram {
    let whole = [OF_THE_PROCESS, OF_FILES, OF_PAIRS, OLD].concat();
    let whole = whole.into_iter().map(|call| (call, Vec::new()));
    let requests = TERMINAL_REQUESTS.map(|request| only_if(1, SeccompCmpOp::Eq, request));
    let in_part = [
        // Threads, no processes. The C library falls back to clone, whose flags can be seen, from clone3.
        (libc::SYS_clone, vec![only_if_all(0, libc::CLONE_THREAD as u64)]),
        // No code that was not there before.
        (libc::SYS_mmap, vec![only_if_none(2, libc::PROT_EXEC as u64)]),
        (libc::SYS_mprotect, vec![only_if_none(2, libc::PROT_EXEC as u64)]),
        (
            libc::SYS_socketpair,
            vec![only_if(0, SeccompCmpOp::Eq, libc::AF_UNIX as u64)],
        ),
        (libc::SYS_ioctl, requests.into()),
    ];
    let filter = SeccompFilter::new(
        whole.chain(in_part).collect(),
        SeccompAction::Errno(libc::ENOSYS as u32),
        SeccompAction::Allow,
        ARCH.try_into()
            .expect("this file is compiled for what seccompiler knows"),
    );
    filter
        .and_then(BpfProgram::try_from)
        .expect("the rules are constants")
}

/// A call is allowed if this argument is so.
fn only_if(argument: u8, operator: SeccompCmpOp, value: u64) -> SeccompRule {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .expect("the conditions are constants")
}

/// All of these bits are set in the argument.
fn only_if_all(argument: u8, bits: u64) -> SeccompRule {
    only_if(argument, SeccompCmpOp::MaskedEq(bits), bits)
}

/// None of these bits is set in the argument.
fn only_if_none(argument: u8, bits: u64) -> SeccompRule {
    only_if(argument, SeccompCmpOp::MaskedEq(bits), 0)
}

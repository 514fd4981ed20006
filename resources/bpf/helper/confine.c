// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_capabilities(uint64_t effective, uint64_t permitted)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {
		{(uint32_t)effective, (uint32_t)permitted, 0},
		{(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), 0},
	};

	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

int suspend_capabilities(void)
{
	return set_capabilities(0, effective_capabilities());
}

void confine_start(void)
{
	const struct rlimit none = {0, 0}, files = {256, 256};

	clearenv();
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_NOFILE, &files);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	umask(077);
}

bool file_is_safe(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	struct stat found;

	if (length <= 0)
		return false;
	path[length] = 0;
	for (char *at = path;;) {
		bool root = strcmp(at, "/") == 0;

		if (stat(at, &found))
			return false;
		bool sticky_folder = S_ISDIR(found.st_mode) && (found.st_mode & S_ISVTX);
		if ((found.st_mode & (S_IWGRP | S_IWOTH)) && !sticky_folder) {
			fprintf(stderr, "netsonde-helper: %s can be changed by others than its owner\n", at);
			return false;
		}
		if (root)
			return true;
		at = dirname(at);
	}
}

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#else
#error "no system call table for this architecture"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define ALLOW_CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), ALLOW
#define ALLOW_COMMAND(command) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, command, 0, 1), ALLOW

int confine_for_good(uint64_t keep)
{
	struct sock_filter filter[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		ALLOW_CALL(read),
		ALLOW_CALL(write),
		ALLOW_CALL(writev),
#ifdef SYS_poll
		ALLOW_CALL(poll),
#endif
		ALLOW_CALL(ppoll),
		ALLOW_CALL(close),
		ALLOW_CALL(clock_gettime),
		/* libpcap, on the packet socket it already has */
		ALLOW_CALL(getsockopt),
		ALLOW_CALL(setsockopt),
		ALLOW_CALL(fcntl),
		ALLOW_CALL(recvfrom),
		/* path probes, on the sockets they already have: no other can be made */
		ALLOW_CALL(connect),
		ALLOW_CALL(recvmsg),
		ALLOW_CALL(brk),
		ALLOW_CALL(mmap),
		ALLOW_CALL(munmap),
		ALLOW_CALL(mremap),
		ALLOW_CALL(madvise),
		ALLOW_CALL(rt_sigreturn),
		ALLOW_CALL(restart_syscall),
		ALLOW_CALL(exit),
		ALLOW_CALL(exit_group),
		/* libpcap asks whether an interface is still there */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4),
		LOAD(args[1]),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIOCGIFFLAGS, 0, 1),
		ALLOW,
		REFUSE,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 1, 0),
		REFUSE,
		LOAD(args[0]),
		ALLOW_COMMAND(BPF_MAP_LOOKUP_ELEM),
		ALLOW_COMMAND(BPF_MAP_UPDATE_ELEM),
		ALLOW_COMMAND(BPF_MAP_LOOKUP_BATCH),
		ALLOW_COMMAND(BPF_ITER_CREATE),
		REFUSE,
	};
	const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
	int error = set_capabilities(keep, keep);

	if (error)
		return error;
	/* after a change of capabilities the kernel may have made it dumpable again */
	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return -errno;
	return 0;
}

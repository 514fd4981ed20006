// SPDX-License-Identifier: GPL-2.0 OR MIT
#ifndef NETSONDE_CONNECTS_H
#define NETSONDE_CONNECTS_H

#include "common.bpf.h"

/* A connect() under way, between the hook before the route is looked for and the end of the system call. */
struct attempt {
	__u64 begun_ns;
	__u8 ip[16];
	__u16 port; /* host order */
	__u8 family;
	__u8 protocol;
	__u32 reserved;
};

/* Ended by the first segment (tcp-states.bpf.c), which tells the outcome itself, or by the end of the call. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* pid_tgid of the thread in connect() */
	__type(value, struct attempt);
} attempts SEC(".maps");

#endif

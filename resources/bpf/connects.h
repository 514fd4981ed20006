// SPDX-License-Identifier: GPL-2.0 OR MIT
#ifndef NETSONDE_CONNECTS_H
#define NETSONDE_CONNECTS_H

#include <linux/types.h>

/* A connect() under way, between the hook before the route is looked for and the end of the system call. */
struct attempt {
	__u64 begun_ns;
	__u8 ip[16];
	__u16 port; /* host order */
	__u8 family;
	__u8 protocol;
	__u32 reserved;
};

#endif

// SPDX-License-Identifier: GPL-2.0 OR MIT
// Tells with which errno connect() failed before any packet left (no route, no address, forbidden by a firewall or LSM).
// Hooks: tracepoints of the system call connect. Only root may attach them (tracefs): a bonus, without it the attempt is
// still reported, with no errno. Cost: under 1 us a connect().
#include "common.bpf.h"
#include "connects.h"

#define EINPROGRESS 115
#define EALREADY 114
#define EISCONN 106
#define EINTR 4

SEC("tracepoint/syscalls/sys_exit_connect")
int on_connect_exit(struct trace_event_raw_sys_exit *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	const struct attempt *attempt = bpf_map_lookup_elem(&attempts, &thread);
	long result = BPF_CORE_READ(ctx, ret);
	struct event_record *event;
	struct owner owner = {};

	if (!attempt)
		return 0;
	if (result >= 0 || result == -EINPROGRESS || result == -EALREADY || result == -EISCONN || result == -EINTR)
		goto out;
	event = begin_event(EVENT_NOT_SENT);
	if (!event)
		goto out;
	own_by_current(&owner);
	owner.direction = DIRECTION_OUTBOUND;
	put_owner(event, &owner);
	event->error = -result;
	event->family = attempt->family;
	event->protocol = attempt->protocol;
	event->remote_port = attempt->port;
	event->latency_ns = bpf_ktime_get_boot_ns() - attempt->begun_ns;
	__builtin_memcpy(event->remote, attempt->ip, 16);
	send_event(event);
out:
	bpf_map_delete_elem(&attempts, &thread);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

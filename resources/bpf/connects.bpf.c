// SPDX-License-Identifier: GPL-2.0 OR MIT
// Sees each socket when it is made and each connect() before the kernel looks for a route: so attempts that never send a
// packet are known, and UDP sockets have an owner before their first datagram.
// Hooks, at the root of the cgroup2 tree: cgroup/sock_create, sock_release, connect4, connect6 (links: Linux 5.7, storage 5.8),
// connect_unix (Linux 6.7). Cost: under 1 us a socket. They change nothing: each returns 1.
#include "common.bpf.h"
#include "connects.h"

/* True: connect-results.bpf.c runs and tells the errno itself. Set by the loader. */
const volatile __u8 results_are_seen = 0;

static __always_inline void report_not_sent(struct bpf_sock *sk, const struct owner *owner)
{
	struct event_record *event = begin_event(EVENT_NOT_SENT);

	if (!event)
		return;
	put_owner(event, owner);
	event->family = sk->family;
	event->protocol = sk->protocol;
	event->remote_port = bpf_ntohs(owner->attempt_port);
	__builtin_memcpy(event->remote, owner->attempt_ip, 16);
	event->latency_ns = 0;
	send_event(event);
}

SEC("cgroup/sock_create")
int on_socket(struct bpf_sock *ctx)
{
	struct owner *owner;

	if (ctx->family != AF_INET && ctx->family != AF_INET6)
		return 1;
	owner = bpf_sk_storage_get(&owners, ctx, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (owner) {
		own_by_current(owner);
		owner->attribution = ATTRIBUTION_INHERITED; /* it may hand the socket on before it is used */
	}
	return 1;
}

SEC("cgroup/sock_release")
int on_release(struct bpf_sock *ctx)
{
	struct owner *owner;

	if (results_are_seen || (ctx->family != AF_INET && ctx->family != AF_INET6))
		return 1;
	owner = bpf_sk_storage_get(&owners, ctx, 0, 0);
	if (owner && owner->attempt)
		report_not_sent(ctx, owner);
	return 1;
}

static __always_inline void begin_attempt(struct bpf_sock_addr *ctx, const __u8 *ip)
{
	struct bpf_sock *sk = ctx->sk;
	__u64 thread = bpf_get_current_pid_tgid();
	struct attempt attempt = {};
	struct owner *owner;

	if (!sk || ctx->type != SOCK_STREAM)
		return;
	owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!owner)
		return;
	own_by_current(owner);
	owner->direction = DIRECTION_OUTBOUND;
	owner->attempt = 1;
	owner->attempt_port = ctx->user_port;
	__builtin_memcpy(owner->attempt_ip, ip, 16);
	if (!results_are_seen)
		return;
	attempt.begun_ns = bpf_ktime_get_boot_ns();
	attempt.family = ctx->user_family;
	attempt.protocol = ctx->protocol;
	attempt.port = bpf_ntohs(ctx->user_port);
	__builtin_memcpy(attempt.ip, ip, 16);
	bpf_map_update_elem(&attempts, &thread, &attempt, BPF_ANY);
}

SEC("cgroup/connect4")
int on_connect4(struct bpf_sock_addr *ctx)
{
	__u32 ip[4] = {ctx->user_ip4};

	begin_attempt(ctx, (__u8 *)ip);
	return 1;
}

SEC("cgroup/connect6")
int on_connect6(struct bpf_sock_addr *ctx)
{
	__u32 ip[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3]};

	begin_attempt(ctx, (__u8 *)ip);
	return 1;
}

/* Attach type BPF_CGROUP_UNIX_CONNECT, which libbpf 1.1 has no name for: the loader sets it. */
SEC("?cgroup/connect4")
int on_connect_unix(struct bpf_sock_addr *ctx)
{
	struct event_record *event = begin_event(EVENT_UNIX_CONNECT);
	struct owner owner = {};

	if (!event)
		return 1;
	own_by_current(&owner);
	owner.direction = DIRECTION_OUTBOUND;
	put_owner(event, &owner);
	event->family = AF_UNIX;
	send_event(event);
	return 1;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

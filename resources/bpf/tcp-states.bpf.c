// SPDX-License-Identifier: GPL-2.0 OR MIT
// Reports how TCP connections begin and end: outcome, latency, bytes, and whose they are.
// Hook: tp_btf of inet_sock_set_state (Linux 4.16; BTF 5.5, ring buffer 5.8, socket storage in tracing 5.11).
// Cost: about 0.5 us for each change of state, three to six of them a connection.
#include "common.bpf.h"
#include "connects.h"

#define EADDRNOTAVAIL 99

static __always_inline __u64 since(__u64 start_ns)
{
	return start_ns ? bpf_ktime_get_boot_ns() - start_ns : 0;
}

static __always_inline void put_tcp(struct event_record *event, const struct sock *sk)
{
	const struct tcp_sock *tcp = (const struct tcp_sock *)sk;

	/* bytes_sent counts what was sent again; bytes_acked would count SYN and FIN */
	event->bytes_sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	event->bytes_received = received_payload(BPF_CORE_READ(tcp, bytes_received), BPF_CORE_READ(sk, __sk_common.skc_flags));
	event->srtt_us = BPF_CORE_READ(tcp, srtt_us) >> 3;
	event->retransmits = BPF_CORE_READ(tcp, total_retrans);
}

static __always_inline void report(__u8 kind, struct sock *sk, const struct owner *owner, int old_state)
{
	struct event_record *event = begin_event(kind);

	if (!event)
		return;
	put_ends(event, sk);
	put_owner(event, owner);
	event->cookie = bpf_get_socket_cookie(sk);
	event->old_state = old_state;
	if (kind == EVENT_CONNECT_FAILED || kind == EVENT_CLOSED)
		event->error = BPF_CORE_READ(sk, sk_err);
	/* connect() that failed before its SYN leaves no errno behind: no local port, or none that is free to that peer */
	if (kind == EVENT_CONNECT_FAILED && !event->error && !BPF_CORE_READ((const struct tcp_sock *)sk, segs_out))
		event->error = EADDRNOTAVAIL;
	if (owner && kind == EVENT_CLOSED)
		event->duration_ns = since(owner->established_ns);
	else if (owner && kind != EVENT_ACCEPTED)
		event->latency_ns = since(owner->opened_ns);
	if (kind != EVENT_CONNECT)
		put_tcp(event, sk);
	send_event(event);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_tcp_state, struct sock *sk, int old_state, int new_state)
{
	struct owner *owner;
	__u64 thread;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	switch (new_state) {
	case TCP_SYN_SENT: /* in connect() of the process */
		if (owner) {
			own_by_current(owner);
			owner->direction = DIRECTION_OUTBOUND;
			owner->opened_ns = bpf_ktime_get_boot_ns();
			owner->established_ns = 0;
			owner->attempt = 0;
		}
		/* connect() of a socket that waits will end with the same errno: one attempt is told once */
		thread = bpf_get_current_pid_tgid();
		bpf_map_delete_elem(&attempts, &thread);
		report(EVENT_CONNECT, sk, owner, old_state);
		break;
	case TCP_LISTEN: /* in listen() of the process; what it accepts begins with a copy */
		if (owner) {
			own_by_current(owner);
			owner->attribution = ATTRIBUTION_INHERITED;
			owner->direction = DIRECTION_INBOUND;
		}
		break;
	case TCP_ESTABLISHED:
		if (owner)
			owner->established_ns = bpf_ktime_get_boot_ns();
		if (old_state == TCP_SYN_SENT) {
			report(EVENT_CONNECTED, sk, owner, old_state);
		} else if (old_state == TCP_SYN_RECV) {
			if (owner) {
				owner->opened_ns = owner->established_ns;
				owner->direction = DIRECTION_INBOUND;
			}
			report(EVENT_ACCEPTED, sk, owner, old_state);
		}
		break;
	case TCP_CLOSE:
		if (old_state == TCP_SYN_SENT)
			report(EVENT_CONNECT_FAILED, sk, owner, old_state);
		else if (old_state != TCP_LISTEN && old_state != TCP_CLOSE && old_state != TCP_SYN_RECV)
			report(EVENT_CLOSED, sk, owner, old_state);
		break;
	}
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

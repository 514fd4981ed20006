// SPDX-License-Identifier: GPL-2.0 OR MIT
// Reports TCP resets, sent and received.
// Hooks: tp_btf of tcp_send_reset (its reason: Linux 6.10) and tcp_receive_reset (Linux 4.15). Before 6.10 a reset for a port
// without a socket is not seen. Cost: none until there is a reset.
#include "common.bpf.h"

/* How many arguments this kernel's tcp_send_reset has. Set by the loader from BTF. */
const volatile __u8 send_reset_arguments = 2;

/* A socket in TIME_WAIT, or half open, is a short stub: the fields of a whole one are not in it. */
static __always_inline bool is_whole(const struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

SEC("tp_btf/tcp_send_reset")
int on_reset_sent(__u64 *ctx)
{
	volatile __u64 *arguments = ctx;
	struct sock *sk = (struct sock *)ctx[0];
	struct sk_buff *skb = (struct sk_buff *)ctx[1];
	struct event_record *event = begin_event(EVENT_RESET_SENT);

	if (!event)
		return 0;
	if (sk && is_whole(sk)) {
		put_ends(event, sk);
		put_owner(event, bpf_sk_storage_get(&owners, sk, 0, 0));
		event->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		event->old_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	} else if (skb) {
		/* the packet that is answered came from the peer: its ends are the other way round */
		__u8 remote[16];
		__u16 port;

		put_packet(event, skb);
		__builtin_memcpy(remote, event->local, 16);
		__builtin_memcpy(event->local, event->remote, 16);
		__builtin_memcpy(event->remote, remote, 16);
		port = event->local_port;
		event->local_port = event->remote_port;
		event->remote_port = port;
		event->direction = DIRECTION_INBOUND;
	}
	if (send_reset_arguments >= 3)
		event->reason = arguments[2];
	send_event(event);
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_reset_received, struct sock *sk)
{
	struct event_record *event = begin_event(EVENT_RESET_RECEIVED);

	if (!event)
		return 0;
	put_ends(event, sk);
	put_owner(event, bpf_sk_storage_get(&owners, sk, 0, 0));
	event->cookie = bpf_get_socket_cookie(sk);
	event->old_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	send_event(event);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

// SPDX-License-Identifier: GPL-2.0 OR MIT
// Reports every TCP segment the kernel sends again.
// Hook: tp_btf of tcp_retransmit_skb (Linux 4.15; BTF 5.5). Cost: none until a segment is lost.
#include "common.bpf.h"

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, struct sock *sk, struct sk_buff *skb)
{
	struct event_record *event = begin_event(EVENT_RETRANSMIT);

	if (!event)
		return 0;
	put_ends(event, sk);
	put_owner(event, bpf_sk_storage_get(&owners, sk, 0, 0));
	event->cookie = bpf_get_socket_cookie(sk);
	event->old_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	event->srtt_us = BPF_CORE_READ((struct tcp_sock *)sk, srtt_us) >> 3;
	event->retransmits = BPF_CORE_READ((struct tcp_sock *)sk, total_retrans);
	event->length = BPF_CORE_READ(skb, len);
	send_event(event);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

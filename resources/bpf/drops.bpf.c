// SPDX-License-Identifier: GPL-2.0 OR MIT
// Reports every packet the kernel frees because it cannot or may not be delivered, with the kernel's own reason.
// Hook: tp_btf of kfree_skb (reason: Linux 5.17; receiving socket as fourth argument: 6.11). Packets that were consumed pass
// through consume_skb and are not seen; what still comes with SKB_CONSUMED is left out here.
// Cost: about 0.5 us a drop.
#include "common.bpf.h"

/* How many arguments this kernel's tracepoint has. Set by the loader from BTF. */
const volatile __u8 kfree_skb_arguments = 2;
/* Value of SKB_CONSUMED in this kernel's enum skb_drop_reason. Set by the loader. */
const volatile __u32 consumed_reason = 1;

SEC("tp_btf/kfree_skb")
int on_drop(__u64 *ctx)
{
	/* volatile: not moved before the check, since the verifier refuses an argument this kernel does not have */
	volatile __u64 *arguments = ctx;
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	const struct owner *owner = 0;
	struct event_record *event;
	struct sock *sk = 0;
	__u32 reason = 0;

	if (kfree_skb_arguments >= 3) {
		reason = arguments[2];
		if (reason == consumed_reason)
			return 0;
	}
	event = begin_event(EVENT_DROP);
	if (!event)
		return 0;
	event->reason = reason;
	event->location = ctx[1];
	put_packet(event, skb);
	event->direction = DIRECTION_INBOUND;
	if (kfree_skb_arguments >= 4)
		sk = (struct sock *)arguments[3];
	if (!sk) {
		sk = skb->sk;
		/* a received packet has its socket, too, once early demux has found it; only that one came in by an interface */
		if (sk && !BPF_CORE_READ(skb, skb_iif))
			event->direction = DIRECTION_OUTBOUND;
	}
	if (sk) {
		owner = bpf_sk_storage_get(&owners, sk, 0, 0);
		event->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		if (!event->netns)
			event->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
		if (owner) {
			__u8 direction = event->direction;

			put_owner(event, owner);
			event->direction = direction;
		}
	} else if (!event->ifindex) {
		event->direction = DIRECTION_UNKNOWN;
	}
	send_event(event);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

// SPDX-License-Identifier: GPL-2.0 OR MIT
// Counts the payload of UDP by socket and peer, and reports the first datagram of each.
// Hooks: cgroup_skb ingress and egress at the root of the cgroup2 tree (links: Linux 5.7; storage 5.8). The kernel keeps no
// byte counters for UDP, and a socket may have many peers. Cost: 0.2 us a UDP packet, a few ns for others.
#include "common.bpf.h"

struct flow_key {
	__u64 cookie;
	__u8 remote[16];
	__u16 remote_port;
	__u8 reserved[6];
};

/* The least used flows make room; the helper reads the table on demand. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_record);
} flows SEC(".maps");

struct ends {
	__u8 source[16];
	__u8 destination[16];
	__u16 source_port;
	__u16 destination_port;
	__u32 payload;
	__u8 family;
};

/* False when it is not a UDP packet with a header of its own. */
static __always_inline bool read_ends(struct __sk_buff *skb, struct ends *ends)
{
	__u32 header = 40;
	__u16 ports[4]; /* with length and checksum */

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		__u8 ip[20];

		if (bpf_skb_load_bytes_relative(skb, 0, ip, sizeof(ip), BPF_HDR_START_NET) || ip[9] != IPPROTO_UDP)
			return false;
		header = (ip[0] & 15) * 4;
		ends->family = AF_INET;
		__builtin_memcpy(ends->source, ip + 12, 4);
		__builtin_memcpy(ends->destination, ip + 16, 4);
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		__u8 ip[40];

		if (bpf_skb_load_bytes_relative(skb, 0, ip, sizeof(ip), BPF_HDR_START_NET) || ip[6] != IPPROTO_UDP)
			return false;
		ends->family = AF_INET6;
		__builtin_memcpy(ends->source, ip + 8, 16);
		__builtin_memcpy(ends->destination, ip + 24, 16);
	} else {
		return false;
	}
	if (bpf_skb_load_bytes_relative(skb, header, ports, sizeof(ports), BPF_HDR_START_NET))
		return false;
	ends->source_port = bpf_ntohs(ports[0]);
	ends->destination_port = bpf_ntohs(ports[1]);
	/* not the UDP header's length: segmentation offload puts many datagrams into one packet here */
	ends->payload = skb->len > header + 8 ? skb->len - header - 8 : 0;
	return true;
}

static __always_inline void report_flow(const struct flow_record *flow)
{
	struct event_record *event = begin_event(EVENT_UDP_FLOW);

	if (!event)
		return;
	event->cookie = flow->cookie;
	event->process_started_ns = flow->process_started_ns;
	event->pid = flow->pid;
	event->uid = flow->uid;
	event->ifindex = flow->ifindex;
	event->local_port = flow->local_port;
	event->remote_port = flow->remote_port;
	event->family = flow->family;
	event->protocol = IPPROTO_UDP;
	event->attribution = flow->attribution;
	event->direction = flow->direction;
	event->netns = flow->netns;
	__builtin_memcpy(event->local, flow->local, 16);
	__builtin_memcpy(event->remote, flow->remote, 16);
	__builtin_memcpy(event->comm, flow->comm, 16);
	send_event(event);
}

static __always_inline void own_flow(struct flow_record *flow, const struct owner *owner)
{
	flow->pid = owner->pid;
	flow->uid = owner->uid;
	flow->process_started_ns = owner->started_ns;
	flow->attribution = owner->attribution;
	flow->netns = owner->netns;
	__builtin_memcpy(flow->comm, owner->comm, 16);
}

static __always_inline int account(struct __sk_buff *skb, bool sending)
{
	struct flow_key key = {};
	struct flow_record *flow;
	struct ends ends = {};
	struct bpf_sock *sk = skb->sk;
	struct owner *owner;

	if (!sk)
		return 1;
	sk = bpf_sk_fullsock(sk);
	if (!sk || sk->protocol != IPPROTO_UDP || !read_ends(skb, &ends))
		return 1;
	key.cookie = bpf_get_socket_cookie(skb);
	key.remote_port = sending ? ends.destination_port : ends.source_port;
	__builtin_memcpy(key.remote, sending ? ends.destination : ends.source, 16);
	owner = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (owner && sending && owner->attribution != ATTRIBUTION_EXACT &&
	    BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), tgid) == (int)owner->pid)
		owner->attribution = ATTRIBUTION_EXACT; /* the one that made the socket is the one that sends */
	flow = bpf_map_lookup_elem(&flows, &key);
	if (!flow) {
		struct flow_record fresh = {};

		fresh.cookie = key.cookie;
		fresh.first_ns = bpf_ktime_get_boot_ns();
		fresh.family = ends.family;
		fresh.protocol = IPPROTO_UDP;
		fresh.direction = sending ? DIRECTION_OUTBOUND : DIRECTION_INBOUND;
		fresh.local_port = sending ? ends.source_port : ends.destination_port;
		fresh.remote_port = key.remote_port;
		fresh.ifindex = skb->ifindex;
		__builtin_memcpy(fresh.local, sending ? ends.source : ends.destination, 16);
		__builtin_memcpy(fresh.remote, key.remote, 16);
		if (owner)
			own_flow(&fresh, owner);
		if (bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST) == 0)
			report_flow(&fresh);
		flow = bpf_map_lookup_elem(&flows, &key);
		if (!flow)
			return 1;
	}
	if (owner && (flow->pid != owner->pid || flow->attribution != owner->attribution))
		own_flow(flow, owner);
	flow->last_ns = bpf_ktime_get_boot_ns();
	if (sending) {
		__sync_fetch_and_add(&flow->tx_bytes, ends.payload);
		__sync_fetch_and_add(&flow->tx_packets, 1);
	} else {
		__sync_fetch_and_add(&flow->rx_bytes, ends.payload);
		__sync_fetch_and_add(&flow->rx_packets, 1);
	}
	return 1;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	return account(skb, true);
}

SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *skb)
{
	return account(skb, false);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the programs share: one ring, who owns a socket, and how to read the ends of a socket or packet. */
#ifndef NETSONDE_COMMON_BPF_H
#define NETSONDE_COMMON_BPF_H

#include <linux/bpf.h>
#include "core-types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "records.h"

/* The loader lets every object use the maps of the first one, so that events keep one order. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024); /* bytes: 48,000 events, 0.2 s at 240,000 a second */
} events SEC(".maps");

/* Per kind of event: how many there were, and how many found the ring full. Loss is never silent. */
struct event_counts {
	__u64 seen;
	__u64 lost;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct event_counts);
} counts SEC(".maps");

/* Bit of each enum event_kind that somebody wants. Written by the helper. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} wanted SEC(".maps");

/* Who opened a socket and what happened to it. Lives and dies with the socket. */
struct owner {
	__u64 started_ns; /* of the process */
	__u64 opened_ns;  /* connect began, or connection accepted; 0: before the helper */
	__u64 established_ns;
	__u64 tx_bytes; /* UDP payload handed over; TCP keeps its own */
	__u64 rx_bytes;
	__u32 pid;
	__u32 ppid;
	__u32 uid;
	__u8 attribution;
	__u8 direction;
	__u8 attempt; /* connect() was called, and no packet is known to have left */
	__u8 reserved;
	__be16 attempt_port;
	__u8 reserved2[2];
	__u32 netns;
	__u8 attempt_ip[16];
	char comm[16];
};
/* BPF_F_CLONE (Linux 5.4): an accepted socket begins with what its listener had, even of one older than the helper. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct owner);
} owners SEC(".maps");

/*
 * The name of a process: what it calls itself, or was started as. Node 24 calls its main thread, and with it the process,
 * MainThread or node-MainThread, which says nothing: then the name of the program file.
 */
static __always_inline void put_name(char *name, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	__u64 begin;

	bpf_core_read_str(name, 16, &leader->comm);
	__builtin_memcpy(&begin, name, sizeof(begin));
	if (begin == *(const __u64 *)"MainThre" || begin == *(const __u64 *)"node-Mai") {
		const unsigned char *file = BPF_CORE_READ(leader, mm, exe_file, f_path.dentry, d_name.name);

		if (file)
			bpf_probe_read_kernel_str(name, 16, file);
	}
}

static __always_inline void fill_owner(struct owner *owner, struct task_struct *task, __u8 attribution)
{
	owner->pid = BPF_CORE_READ(task, tgid);
	owner->ppid = BPF_CORE_READ(task, real_parent, tgid);
	owner->started_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	owner->attribution = attribution;
	put_name(owner->comm, task);
}

/* For hooks that run in the process itself. */
static __always_inline void own_by_current(struct owner *owner)
{
	fill_owner(owner, (struct task_struct *)bpf_get_current_task(), ATTRIBUTION_EXACT);
	owner->uid = (__u32)bpf_get_current_uid_gid();
	owner->netns = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), nsproxy, net_ns, ns.inum);
}

/* Payload received: the kernel counts the peer's FIN as a byte. */
static __always_inline __u64 received_payload(__u64 bytes, unsigned long flags)
{
	return bytes && (flags & (1UL << bpf_core_enum_value(enum sock_flags, SOCK_DONE))) ? bytes - 1 : bytes;
}

static __always_inline struct event_counts *count_event(__u8 kind)
{
	__u32 key = kind;
	struct event_counts *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		count->seen++;
	return count;
}

/* NULL when nobody wants that kind, or the ring is full (then it is counted). */
static __always_inline struct event_record *begin_event(__u8 kind)
{
	__u32 zero = 0;
	__u64 *mask = bpf_map_lookup_elem(&wanted, &zero);
	struct event_counts *count;
	struct event_record *event;

	if (!mask || !(*mask & (1ULL << kind)))
		return 0;
	count = count_event(kind);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		if (count)
			count->lost++;
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->at_ns = bpf_ktime_get_boot_ns();
	event->kind = kind;
	return event;
}

/* The helper polls every 20 ms: a wake-up an event costs ten times as much. */
static __always_inline void send_event(struct event_record *event)
{
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline void put_owner(struct event_record *event, const struct owner *owner)
{
	if (!owner || !owner->pid)
		return;
	event->pid = owner->pid;
	event->ppid = owner->ppid;
	event->uid = owner->uid;
	event->process_started_ns = owner->started_ns;
	event->attribution = owner->attribution;
	event->direction = owner->direction;
	if (!event->netns)
		event->netns = owner->netns;
	__builtin_memcpy(event->comm, owner->comm, sizeof(event->comm));
}

static __always_inline void put_ends(struct event_record *event, const struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	event->family = family;
	event->protocol = BPF_CORE_READ(sk, sk_protocol);
	event->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	event->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	/* skc_num is 0 once the port was given back (TCP_CLOSE); inet_sport stays */
	event->local_port = bpf_ntohs(BPF_CORE_READ((const struct inet_sock *)sk, inet_sport));
	if (family == AF_INET6) {
		bpf_core_read(event->local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(event->remote, 16, &sk->__sk_common.skc_v6_daddr);
	} else {
		bpf_core_read(event->local, 4, &sk->__sk_common.skc_rcv_saddr);
		bpf_core_read(event->remote, 4, &sk->__sk_common.skc_daddr);
	}
	event->ifindex = BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if);
	if (!event->ifindex && bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		event->ifindex = BPF_CORE_READ(sk, sk_rx_dst_ifindex);
}

/*
 * The ends of a packet by its headers, source first. Reads what the kernel has marked as network header; a packet without
 * one (not yet parsed, or not IP) keeps its ethertype only.
 */
static __always_inline void put_packet(struct event_record *event, const struct sk_buff *skb)
{
	unsigned char *head = BPF_CORE_READ(skb, head);
	__u16 network = BPF_CORE_READ(skb, network_header);
	__u16 transport = BPF_CORE_READ(skb, transport_header);
	__u16 ethertype = bpf_ntohs(BPF_CORE_READ(skb, protocol));
	__u16 ports[2] = {};
	__u8 first = 0;

	event->ethertype = ethertype;
	event->length = BPF_CORE_READ(skb, len);
	event->ifindex = BPF_CORE_READ(skb, dev, ifindex);
	event->netns = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
	if (!event->ifindex)
		event->ifindex = BPF_CORE_READ(skb, skb_iif);
	bpf_probe_read_kernel(&first, 1, head + network);
	if (first >> 4 == 4 && (ethertype == ETH_P_IP || !ethertype)) {
		struct iphdr ip;

		bpf_probe_read_kernel(&ip, sizeof(ip), head + network);
		event->family = AF_INET;
		event->protocol = ip.protocol;
		__builtin_memcpy(event->local, &ip.saddr, 4);
		__builtin_memcpy(event->remote, &ip.daddr, 4);
		if (transport <= network || transport == 0xffff)
			transport = network + (first & 15) * 4;
		if (bpf_ntohs(ip.frag_off) & 0x1fff)
			return; /* a later fragment has no ports */
	} else if (first >> 4 == 6 && (ethertype == ETH_P_IPV6 || !ethertype)) {
		event->family = AF_INET6;
		bpf_probe_read_kernel(&event->protocol, 1, head + network + 6);
		bpf_probe_read_kernel(event->local, 16, head + network + 8);
		bpf_probe_read_kernel(event->remote, 16, head + network + 24);
		if (transport <= network || transport == 0xffff)
			transport = network + 40;
	} else {
		return;
	}
	if (event->protocol == IPPROTO_TCP || event->protocol == IPPROTO_UDP) {
		bpf_probe_read_kernel(ports, sizeof(ports), head + transport);
		event->local_port = bpf_ntohs(ports[0]);
		event->remote_port = bpf_ntohs(ports[1]);
	}
}

#endif

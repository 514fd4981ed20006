// SPDX-License-Identifier: GPL-2.0 OR MIT
// Lists every socket of the machine, in all network namespaces, with its process: about 1 us each.
// Hooks: iter/task_file (Linux 5.8; bpf_sock_from_file 5.11) for what a process holds; iter/tcp and iter/udp (Linux 5.9), in the
// namespace of the helper only, for what no process holds (TIME_WAIT, half open, closing, the kernel's own).
#include "common.bpf.h"

/* Set for the first pass only: give every socket that has no owner yet the process that holds it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} adopting SEC(".maps");

/*
 * Pointers that the kernel hands to these programs are typed: their fields are read directly, at a nanosecond each, where
 * BPF_CORE_READ would call a helper every time. Only what is reached by a cast still needs that.
 */
static __always_inline void put_common(struct socket_record *record, const struct sock_common *common)
{
	record->family = common->skc_family;
	record->state = common->skc_state;
	record->netns = common->skc_net.net->ns.inum;
	record->local_port = common->skc_num;
	record->remote_port = bpf_ntohs(common->skc_dport);
	record->ifindex = common->skc_bound_dev_if;
	if (record->family == AF_INET6) {
		for (int word = 0; word < 4; word++) {
			((__u32 *)record->local)[word] = common->skc_v6_rcv_saddr.in6_u.u6_addr32[word];
			((__u32 *)record->remote)[word] = common->skc_v6_daddr.in6_u.u6_addr32[word];
		}
	} else {
		*(__u32 *)record->local = common->skc_rcv_saddr;
		*(__u32 *)record->remote = common->skc_daddr;
	}
}

static __always_inline void put_tcp(struct socket_record *record, const struct sock *sk)
{
	const struct tcp_sock *tcp;

	if (record->state == TCP_LISTEN) {
		record->recv_queue = sk->sk_ack_backlog;
		record->send_queue = sk->sk_max_ack_backlog;
		return;
	}
	tcp = bpf_skc_to_tcp_sock((void *)sk);
	if (!tcp)
		return;
	record->recv_queue = tcp->rcv_nxt - tcp->copied_seq;
	record->send_queue = tcp->write_seq - tcp->snd_una;
	record->rtt_us = tcp->srtt_us >> 3;
	record->retransmits = tcp->total_retrans;
	record->bytes_sent = tcp->bytes_sent - tcp->bytes_retrans;
	record->bytes_received = received_payload(tcp->bytes_received, sk->__sk_common.skc_flags);
}

static __always_inline void put_udp(struct socket_record *record, const struct sock *sk)
{
	int waiting = sk->sk_backlog.rmem_alloc.counter - BPF_CORE_READ((const struct udp_sock *)sk, forward_deficit);
	int unsent = sk->sk_wmem_alloc.refs.counter - 1;

	record->recv_queue = waiting > 0 ? waiting : 0;
	record->send_queue = unsent > 0 ? unsent : 0;
}

/* What only a full socket has: queues, counters, round trip. */
static __always_inline void put_full(struct socket_record *record, const struct sock *sk)
{
	put_common(record, &sk->__sk_common);
	record->protocol = sk->sk_protocol;
	if (!record->ifindex && bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		record->ifindex = sk->sk_rx_dst_ifindex;
	if (record->protocol == IPPROTO_TCP)
		put_tcp(record, sk);
	else
		put_udp(record, sk);
}

static __always_inline bool is_listed(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;
	__u16 protocol = sk->sk_protocol;

	if ((family != AF_INET && family != AF_INET6) || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
		return false;
	/* made, and neither bound nor connected yet: no table of the kernel has it */
	return sk->__sk_common.skc_num != 0 || sk->__sk_common.skc_state != TCP_CLOSE;
}

SEC("iter/task_file")
int list_held(struct bpf_iter__task_file *ctx)
{
	/* read once and checked once: the verifier of Linux 6.18 forgets the check between two reads */
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket_record record = {};
	__u32 zero = 0;
	__u64 *adopt = bpf_map_lookup_elem(&adopting, &zero);
	struct socket *socket;
	struct owner *owner;
	struct sock *sk;

	if (!task || !file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !is_listed(sk))
		return 0;
	if (adopt && *adopt) {
		owner = bpf_sk_storage_get(&owners, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (owner && !owner->pid) {
			fill_owner(owner, task, ATTRIBUTION_INHERITED);
			owner->uid = BPF_CORE_READ(file, f_inode, i_uid.val);
			owner->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
			owner->direction = BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN ? DIRECTION_INBOUND : DIRECTION_UNKNOWN;
		}
		return 0;
	}
	put_full(&record, sk);
	record.cookie = bpf_get_socket_cookie(sk); /* gives it one when nobody asked before */
	record.pid = task->tgid;
	record.process_started_ns = task->group_leader->start_boottime;
	record.inode = file->f_inode->i_ino;
	record.uid = file->f_inode->i_uid.val;
	record.attribution = ATTRIBUTION_INHERITED;
	put_name(record.comm, task);
	owner = bpf_sk_storage_get(&owners, sk, 0, 0);
	if (owner) {
		record.opened_ns = owner->opened_ns;
		if (owner->pid == record.pid)
			record.attribution = owner->attribution;
		if (record.protocol == IPPROTO_UDP) {
			record.bytes_sent = owner->tx_bytes;
			record.bytes_received = owner->rx_bytes;
		}
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* A connection that is closing belongs to no descriptor any more, but its bytes are still somebody's. */
static __always_inline void put_last_user(struct socket_record *record, const struct owner *owner)
{
	if (!owner)
		return;
	record->pid = owner->pid;
	record->process_started_ns = owner->started_ns;
	record->opened_ns = owner->opened_ns;
	record->attribution = owner->attribution;
	__builtin_memcpy(record->comm, owner->comm, sizeof(record->comm));
}

SEC("iter/tcp")
int list_unheld_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct socket_record record = {};
	__u8 state;

	if (!common)
		return 0;
	state = common->skc_state;
	if (state == TCP_TIME_WAIT) {
		const struct inet_timewait_sock *waiting = (const struct inet_timewait_sock *)common;

		put_common(&record, common);
		record.cookie = common->skc_cookie.counter;
		record.state = BPF_CORE_READ(waiting, tw_substate);
		record.local_port = bpf_ntohs(BPF_CORE_READ(waiting, tw_sport));
	} else if (state == TCP_NEW_SYN_RECV) {
		put_common(&record, common);
		record.state = TCP_SYN_RECV;
	} else {
		const struct sock *sk = (const struct sock *)bpf_skc_to_tcp_sock(common); /* typed: a plain cast is not */
		struct socket *socket;

		if (!sk)
			return 0;
		socket = sk->sk_socket;
		if (socket && socket->file)
			return 0;
		put_full(&record, sk);
		record.uid = ctx->uid;
		put_last_user(&record, bpf_sk_storage_get(&owners, common, 0, 0));
	}
	record.protocol = IPPROTO_TCP;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

SEC("iter/udp")
int list_unheld_udp(struct bpf_iter__udp *ctx)
{
	const struct sock *sk = (const struct sock *)ctx->udp_sk;
	struct socket_record record = {};
	struct socket *socket;

	if (!sk)
		return 0;
	socket = sk->sk_socket;
	if (socket && socket->file)
		return 0;
	put_full(&record, sk);
	record.uid = ctx->uid;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

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

static __always_inline void put_common(struct socket_record *record, const struct sock_common *common)
{
	record->family = BPF_CORE_READ(common, skc_family);
	record->state = BPF_CORE_READ(common, skc_state);
	record->netns = BPF_CORE_READ(common, skc_net.net, ns.inum);
	record->cookie = BPF_CORE_READ(common, skc_cookie.counter);
	record->local_port = BPF_CORE_READ(common, skc_num);
	record->remote_port = bpf_ntohs(BPF_CORE_READ(common, skc_dport));
	record->ifindex = BPF_CORE_READ(common, skc_bound_dev_if);
	if (record->family == AF_INET6) {
		bpf_core_read(record->local, 16, &common->skc_v6_rcv_saddr);
		bpf_core_read(record->remote, 16, &common->skc_v6_daddr);
	} else {
		bpf_core_read(record->local, 4, &common->skc_rcv_saddr);
		bpf_core_read(record->remote, 4, &common->skc_daddr);
	}
}

/* What only a full socket has: queues, counters, round trip. */
static __always_inline void put_full(struct socket_record *record, const struct sock *sk)
{
	put_common(record, &sk->__sk_common);
	record->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (!record->ifindex && bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		record->ifindex = BPF_CORE_READ(sk, sk_rx_dst_ifindex);
	if (record->protocol == IPPROTO_TCP) {
		const struct tcp_sock *tcp = (const struct tcp_sock *)sk;

		if (record->state == TCP_LISTEN) {
			record->recv_queue = BPF_CORE_READ(sk, sk_ack_backlog);
			record->send_queue = BPF_CORE_READ(sk, sk_max_ack_backlog);
			return;
		}
		record->recv_queue = BPF_CORE_READ(tcp, rcv_nxt) - BPF_CORE_READ(tcp, copied_seq);
		record->send_queue = BPF_CORE_READ(tcp, write_seq) - BPF_CORE_READ(tcp, snd_una);
		record->rtt_us = BPF_CORE_READ(tcp, srtt_us) >> 3;
		record->retransmits = BPF_CORE_READ(tcp, total_retrans);
		record->bytes_sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
		record->bytes_received = received_bytes(sk);
	} else {
		int waiting = BPF_CORE_READ(sk, sk_backlog.rmem_alloc.counter) -
			      BPF_CORE_READ((const struct udp_sock *)sk, forward_deficit);
		int unsent = BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter) - 1;

		record->recv_queue = waiting > 0 ? waiting : 0;
		record->send_queue = unsent > 0 ? unsent : 0;
	}
}

static __always_inline bool is_listed(const struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u16 protocol = BPF_CORE_READ(sk, sk_protocol);

	if ((family != AF_INET && family != AF_INET6) || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
		return false;
	/* made, and neither bound nor connected yet: no table of the kernel has it */
	return BPF_CORE_READ(sk, __sk_common.skc_num) != 0 || BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE;
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
	record.pid = BPF_CORE_READ(task, tgid);
	record.process_started_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	record.inode = BPF_CORE_READ(file, f_inode, i_ino);
	record.uid = BPF_CORE_READ(file, f_inode, i_uid.val);
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
	state = BPF_CORE_READ(common, skc_state);
	if (state == TCP_TIME_WAIT) {
		const struct inet_timewait_sock *waiting = (const struct inet_timewait_sock *)common;

		put_common(&record, common);
		record.state = BPF_CORE_READ(waiting, tw_substate);
		record.local_port = bpf_ntohs(BPF_CORE_READ(waiting, tw_sport));
	} else if (state == TCP_NEW_SYN_RECV) {
		put_common(&record, common);
		record.state = TCP_SYN_RECV;
	} else {
		const struct sock *sk = (const struct sock *)common;
		struct socket *socket = BPF_CORE_READ(sk, sk_socket);

		if (socket && BPF_CORE_READ(socket, file))
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
	socket = BPF_CORE_READ(sk, sk_socket);
	if (socket && BPF_CORE_READ(socket, file))
		return 0;
	put_full(&record, sk);
	record.uid = ctx->uid;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";

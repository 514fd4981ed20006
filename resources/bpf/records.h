// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Records that pass from the kernel programs through the helper to Netsonde, byte for byte. src-main/helper/records.ts
 * reads the same layouts: a change here is a change there and a new NETSONDE_PROTOCOL. Little-endian, naturally aligned,
 * no padding left unnamed. Addresses are 16 bytes: IPv4 stands in the first four. 0 means unknown unless said otherwise.
 */
#ifndef NETSONDE_RECORDS_H
#define NETSONDE_RECORDS_H

#include <linux/types.h>

#define NETSONDE_PROTOCOL 1

enum event_kind {
	EVENT_CONNECT = 1,       /* a process began to connect over TCP */
	EVENT_CONNECTED = 2,     /* the handshake ended well; latency_ns */
	EVENT_CONNECT_FAILED = 3,/* error, latency_ns; error 0: the process gave up before an answer */
	EVENT_ACCEPTED = 4,      /* a peer's handshake ended well at a listener of ours */
	EVENT_CLOSED = 5,        /* bytes, srtt_us, retransmits, duration_ns; old_state and error say why */
	EVENT_DROP = 6,          /* reason, location, length */
	EVENT_RETRANSMIT = 7,
	EVENT_RESET_SENT = 8,
	EVENT_RESET_RECEIVED = 9,
	EVENT_UDP_FLOW = 10,     /* first datagram between a socket and a peer */
	EVENT_UNIX_CONNECT = 11, /* path: the first 32 bytes stand in local and remote */
	EVENT_NOT_SENT = 12,     /* connect() failed before a packet left; error 0: not known which */
};

enum event_direction { DIRECTION_UNKNOWN = 0, DIRECTION_OUTBOUND = 1, DIRECTION_INBOUND = 2 };

/* How sure the process is. Inherited: the socket's listener or opener, which may have handed it on. */
enum attribution { ATTRIBUTION_NONE = 0, ATTRIBUTION_INHERITED = 1, ATTRIBUTION_EXACT = 2 };

struct event_record {
	__u64 at_ns;              /* CLOCK_BOOTTIME */
	__u64 cookie;             /* of the socket; never used twice while the machine runs */
	__u64 location;           /* DROP: address in the kernel */
	__u64 latency_ns;         /* CONNECTED, CONNECT_FAILED: since the connect began */
	__u64 duration_ns;        /* CLOSED: since established */
	__u64 bytes_sent;         /* payload, each byte once */
	__u64 bytes_received;
	__u64 process_started_ns; /* CLOCK_BOOTTIME: tells a pid used again */
	__u32 pid;
	__u32 ppid;
	__u32 uid;
	__u32 netns;              /* inode of the network namespace */
	__u32 ifindex;
	__u32 error;              /* errno, positive */
	__u32 reason;             /* DROP: enum skb_drop_reason of this kernel; RESET_SENT: enum sk_rst_reason */
	__u32 srtt_us;
	__u32 retransmits;
	__u32 length;             /* bytes that were left of the packet where it was dropped */
	__u16 local_port;         /* host order */
	__u16 remote_port;
	__u8 kind;
	__u8 family;              /* AF_INET, AF_INET6, AF_UNIX */
	__u8 protocol;            /* IPPROTO_ */
	__u8 attribution;
	__u8 local[16];
	__u8 remote[16];
	__u8 old_state;           /* CLOSED, CONNECT_FAILED: the TCP state before */
	__u8 direction;
	__u16 ethertype;          /* DROP: of a packet that is not IP */
	__u32 reserved;
	char comm[16];            /* name of the process, not of the thread */
};

struct socket_record {
	__u64 cookie;
	__u64 inode;              /* of the descriptor; 0: no process holds it */
	__u64 bytes_sent;
	__u64 bytes_received;
	__u64 opened_ns;          /* CLOCK_BOOTTIME; 0: older than the helper */
	__u64 process_started_ns;
	__u32 pid;
	__u32 uid;
	__u32 netns;
	__u32 ifindex;            /* the last packet came in here, else the one it is bound to */
	__u32 recv_queue;
	__u32 send_queue;
	__u32 rtt_us;
	__u32 retransmits;
	__u16 local_port;
	__u16 remote_port;
	__u8 family;
	__u8 protocol;
	__u8 state;               /* TCP state; UDP: 7 unconnected, 1 connected */
	__u8 attribution;
	__u8 local[16];
	__u8 remote[16];
	char comm[16];
};

/* Payload of one UDP socket with one peer since the helper began. */
struct flow_record {
	__u64 cookie;
	__u64 first_ns;
	__u64 last_ns;
	__u64 tx_bytes;
	__u64 rx_bytes;
	__u64 tx_packets;
	__u64 rx_packets;
	__u64 process_started_ns;
	__u32 pid;
	__u32 uid;
	__u32 netns;
	__u32 ifindex;
	__u16 local_port;
	__u16 remote_port;
	__u8 family;
	__u8 protocol;
	__u8 attribution;
	__u8 direction;
	__u8 local[16];
	__u8 remote[16];
	char comm[16];
};

/* Payload that a process handed to or took from its sockets since the helper began. */
struct process_record {
	__u64 process_started_ns;
	__u64 tx_bytes;
	__u64 rx_bytes;
	__u64 tcp_tx_bytes;
	__u64 tcp_rx_bytes;
	__u32 pid;
	__u32 uid;
	char comm[16];
};

struct rate_record {
	__u64 at_ns;
	__u64 packets;            /* since the start */
	__u64 bytes;              /* with link header */
};

#endif

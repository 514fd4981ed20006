/* SPDX-License-Identifier: MIT */
/*
 * Frames between Netsonde and its helper: u32 length of the payload, u16 type, u16 request, payload; little-endian.
 * src-main/helper/frames.ts holds the same numbers.
 */
#ifndef NETSONDE_FRAMES_H
#define NETSONDE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER 8
#define FRAME_MAX 65536 /* payload */

enum frame_type {
	/* commands */
	COMMAND_HELLO = 1,      /* u16 protocol, u16 mode; the first frame of every connection */
	COMMAND_EVENTS = 2,     /* u64 mask: bit of each enum event_kind */
	COMMAND_SOCKETS = 3,
	COMMAND_FLOWS = 4,
	COMMAND_PROCESSES = 5,
	COMMAND_STATS = 6,
	COMMAND_PING = 7,
	COMMAND_RATE = 8,       /* u32 ifindex, u8 direction, u8 method or 0, u16 interval_ms */
	COMMAND_STOP = 9,       /* ends RATE, CAPTURE and PROBE: last figures, then END */
	COMMAND_CAPTURE = 10,   /* struct capture_command, then the filter in pcap-filter(7) language, at most 4096 bytes */
	COMMAND_PROBE = 11,     /* struct probe_command; END comes with the last answer, at most PROBE_TIME_MAX_MS later, or after STOP */
	COMMAND_COMPILE = 12,   /* a capture filter, at most 4096 bytes: END, or what libpcap says */

	/* answers, with the request's number; EVENTS and COUNTS of a stream have 0 */
	REPLY_HELLO = 0x81,     /* struct hello_reply */
	REPLY_FEATURE = 0x82,   /* struct feature_reply */
	REPLY_REASON = 0x83,    /* u32 value, char name[60]: enum skb_drop_reason of this kernel */
	REPLY_READY = 0x84,     /* u32 load_us */
	REPLY_EVENTS = 0x85,    /* struct event_record[] */
	REPLY_COUNTS = 0x86,    /* struct counts_reply, each second and on STATS */
	REPLY_SOCKETS = 0x87,   /* struct socket_record[] */
	REPLY_FLOWS = 0x88,     /* struct flow_record[] */
	REPLY_PROCESSES = 0x89, /* struct process_record[] */
	REPLY_END = 0x8a,       /* u32 records, u32 took_us */
	REPLY_PONG = 0x8c,
	REPLY_RATE = 0x8d,      /* struct rate_record */
	REPLY_RATE_STARTED = 0x8e, /* u8 method */
	REPLY_CAPTURE_STARTED = 0x8f, /* u32 link type (pcap), u32 snap length */
	REPLY_PACKETS = 0x90,   /* struct packet_header and its bytes, each padded to 8 */
	REPLY_CAPTURE_STATS = 0x91, /* struct capture_stats, each second and at the end */
	REPLY_PROBE = 0x92,     /* struct probe_record: one for each probe, as they end */
	REPLY_ERROR = 0xff,     /* u32 code, u32 errno, char text[] */
};

enum helper_mode { MODE_STREAM = 1, MODE_ATTACH = 2 };
enum error_code { ERROR_UNKNOWN_COMMAND = 1, ERROR_BAD_FRAME = 2, ERROR_FAILED = 3, ERROR_REFUSED = 4 };
enum rate_direction { RATE_INCOMING = 1, RATE_OUTGOING = 2 };
enum rate_method { RATE_BEST = 0, RATE_XDP = 1, RATE_TC = 2, RATE_CGROUP = 3 };

struct hello_reply {
	uint16_t protocol;
	uint16_t mode;
	uint32_t pid;
	uint64_t boot_ns; /* CLOCK_BOOTTIME and CLOCK_REALTIME of one instant */
	uint64_t real_ns;
	uint64_t capabilities; /* effective, when it started */
	uint32_t netns;
	uint32_t uid;
	char kernel[64];
};

/* One thing the helper may be able to do on this kernel, and if not, why. */
struct feature_reply {
	char name[24];
	uint32_t loaded;
	uint32_t error; /* errno of the step that failed */
	char detail[192];
};

/* Numbers only: no name of an interface or file comes from outside. */
struct capture_command {
	uint32_t ifindex;      /* 0: all of them */
	uint32_t snaplen;      /* bytes kept of each packet, at most CAPTURE_SNAPLEN_MAX: one has to fit into a frame */
	uint32_t buffer_bytes; /* of the kernel's ring */
	uint8_t promiscuous;
	uint8_t reserved[3];
};
#define CAPTURE_SNAPLEN_MAX 65000
#define CAPTURE_BUFFER_MAX (64 << 20)
#define CAPTURE_FILTER_MAX 4096

struct packet_header {
	uint64_t at_ns; /* CLOCK_REALTIME */
	uint32_t captured;
	uint32_t length;
};

struct capture_stats {
	uint64_t received;             /* passed the filter */
	uint64_t dropped_by_kernel;    /* found the ring full */
	uint64_t dropped_by_interface;
};

/* Packets to one address, by growing TTL. Numbers only: no name is looked up. */
struct probe_command {
	uint8_t family;         /* AF_INET, AF_INET6 */
	uint8_t protocol;       /* IPPROTO_ICMP (also for IPv6), IPPROTO_UDP, IPPROTO_TCP */
	uint8_t first_ttl;      /* 1 to PROBE_TTL_MAX */
	uint8_t last_ttl;
	uint8_t count;          /* probes of each TTL, sent in rounds */
	uint8_t dont_fragment;
	uint16_t port;          /* 0 with ICMP */
	uint16_t size;          /* of the IP packet, up to PROBE_SIZE_MAX; 0 with TCP, whose SYN carries nothing */
	uint16_t timeout_ms;    /* of each probe */
	uint16_t interval_ms;   /* between two probes */
	uint16_t reserved;
	uint32_t scope_id;      /* interface of a link-local IPv6 address */
	uint8_t address[16];    /* no broadcast, no multicast */
};
#define PROBE_TTL_MAX 30
#define PROBES_MAX 192      /* of one command */
#define PROBES_AT_ONCE 64   /* waiting for an answer */
#define PROBE_SIZE_MAX 9000
/* A command is refused when its probes could take longer: PROBES_AT_ONCE at a time, each for timeout_ms, and the intervals. */
#define PROBE_TIME_MAX_MS 10000

enum probe_outcome {
	PROBE_TIMEOUT = 0,
	PROBE_REPLY = 1,         /* the target's echo reply, or a datagram */
	PROBE_TIME_EXCEEDED = 2, /* a router, or an end that could not put fragments together: icmp_code */
	PROBE_UNREACHABLE = 3,   /* icmp_code says what */
	PROBE_TOO_BIG = 4,       /* mtu of the link behind address */
	PROBE_OPEN = 5,          /* SYN/ACK */
	PROBE_REFUSED = 6,       /* RST */
	PROBE_NOT_SENT = 7,      /* error; mtu, when the packet was too big for this machine's own link */
	PROBE_OTHER_ERROR = 8,   /* ICMP that is none of these */
};

struct probe_record {
	uint64_t at_ns;          /* CLOCK_REALTIME, when it was sent */
	uint64_t rtt_ns;         /* 0: no answer, or TCP sent the SYN again and it is not known which was answered */
	uint32_t mtu;
	uint32_t error;          /* errno */
	uint16_t number;         /* order of sending, from 0 */
	uint8_t ttl;
	uint8_t outcome;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t reserved[2];
	uint8_t address[16];     /* who answered; zeros: nobody */
};

struct counts_reply {
	uint64_t boot_ns;
	uint64_t real_ns;
	struct {
		uint64_t seen;
		uint64_t lost;
	} kinds[16]; /* by enum event_kind */
};

/* The two ends of a connection with Netsonde; one connection a process. */
struct connection {
	int in;
	int out;
};

struct frame {
	uint16_t type;
	uint16_t request;
	uint32_t length;
	uint8_t payload[FRAME_MAX];
};

/* 1: a frame; 0: end of file; -1: what came is no frame (ERROR was sent). Blocks until a whole frame is there. */
int read_frame(const struct connection *connection, struct frame *frame);

/* Blocks while the reader is slow: the ring's lost counter then tells the truth. Ends the process when nobody reads. */
void write_frame(const struct connection *connection, uint16_t type, uint16_t request, const void *payload, size_t length);

void write_error(const struct connection *connection, uint16_t request, enum error_code code, int error, const char *text);

/* Records are gathered until a frame is full. */
struct batch {
	const struct connection *connection;
	uint16_t type;
	uint16_t request;
	uint32_t records;
	size_t length;
	uint8_t payload[FRAME_MAX];
};
void batch_begin(struct batch *batch, const struct connection *connection, uint16_t type, uint16_t request);
void batch_add(struct batch *batch, const void *record, size_t size);
void batch_flush(struct batch *batch);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_PROBE_SOCKET_H
#define NETSONDE_PROBE_SOCKET_H

#include "frames.h"

/* What came back to a socket. */
struct probe_answer {
	bool local;       /* this machine's own word: the packet did not leave */
	bool sent_again;  /* TCP: the SYN was, so this may answer either */
	bool numbered;    /* ICMP echo, whose probes share a socket: number says which probe it answers */
	uint16_t number;
	uint64_t stamp_ns; /* CLOCK_REALTIME, by the kernel; 0: not known */
	struct probe_record record; /* outcome, mtu, error, ICMP numbers, address; rtt_ns where the kernel measured it */
};

/* A socket of the command's protocol. Its descriptor, or -errno. */
int open_probe_socket(const struct probe_command *command);

/* Sends one probe; TCP: begins to connect. 0 or -errno. */
int send_probe(int fd, const struct probe_command *command, uint8_t ttl, uint16_t id, uint16_t number);

/* Takes one answer that waits at a socket. False: there is none. */
bool take_answer(int fd, const struct probe_command *command, uint16_t id, struct probe_answer *answer);

#endif

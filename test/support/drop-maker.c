/*
 * Packets that the kernel has to drop, in exactly known numbers. Prints what it did.
 *
 *   drop-maker udp HOST PORT COUNT SIZE           datagrams, whatever comes back
 *   drop-maker bad-checksum HOST PORT COUNT       TCP segments with a wrong checksum (IPv4, raw)
 *   drop-maker unread PORT                        binds UDP with the smallest buffer, prints "ready", reads nothing; at a line
 *                                                 on stdin it prints how many datagrams had been kept
 *   drop-maker full-listener PORT BACKLOG         listens with a backlog of BACKLOG and never accepts; prints "ready"
 *   drop-maker handshakes FROM HOST PORT COUNT FIRST  all SYNs first, then the ACKs to the answers (IPv4, raw; the kernel's own
 *                                                 resets must be kept from leaving); from the ports FIRST, FIRST + 1, …
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PORT 40000

struct segment {
	struct iphdr ip;
	struct tcphdr tcp;
};

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in found = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};

	if (inet_pton(AF_INET, host, &found.sin_addr) != 1)
		exit(2);
	return found;
}

static uint16_t checksum(const struct segment *segment)
{
	struct {
		uint32_t from, to;
		uint8_t zero, protocol;
		uint16_t length;
		struct tcphdr tcp;
	} covered = {segment->ip.saddr, segment->ip.daddr, 0, IPPROTO_TCP, htons(sizeof(struct tcphdr)), segment->tcp};
	uint16_t words[sizeof(covered) / 2];
	uint32_t sum = 0;

	memcpy(words, &covered, sizeof(covered));
	for (size_t i = 0; i < sizeof(covered) / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void send_segment(int raw, uint32_t from, const struct sockaddr_in *to, uint16_t port, uint32_t seq, uint32_t ack, int damage)
{
	struct segment segment = {
		.ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP, .saddr = from, .daddr = to->sin_addr.s_addr,
		       .tot_len = htons(sizeof(segment))},
		.tcp = {.source = htons(port), .dest = to->sin_port, .seq = htonl(seq), .ack_seq = htonl(ack), .doff = 5,
			.syn = ack == 0, .ack = ack != 0, .window = htons(65535)},
	};

	segment.tcp.check = checksum(&segment) ^ damage;
	if (sendto(raw, &segment, sizeof(segment), 0, (const struct sockaddr *)to, sizeof(*to)) != sizeof(segment))
		exit(1);
}

static int send_udp(const char *host, const char *port, int count, int size)
{
	struct sockaddr_in to = address(host, port);
	static char payload[65536];

	for (int i = 0; i < count; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0); /* a fresh one: an ICMP error for the last would stop it */

		/* a full queue of the own interface answers ENOBUFS: the datagram is dropped all the same */
		sendto(fd, payload, size, 0, (struct sockaddr *)&to, sizeof(to));
		close(fd);
	}
	printf("sent %d\n", count);
	return 0;
}

static int unread(const char *port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), kept = 0;
	char payload[65536], line[16];

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){1}, sizeof(int)); /* the kernel raises it to its minimum */
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		return 1;
	printf("ready\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	while (recv(fd, payload, sizeof(payload), MSG_DONTWAIT) >= 0)
		kept++;
	printf("kept %d\n", kept);
	return 0;
}

static int full_listener(const char *port, int backlog)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, backlog))
		return 1;
	printf("ready\n");
	fflush(stdout);
	pause();
	return 0;
}

static int handshakes(const char *from, const char *host, const char *port, int count, int first)
{
	struct sockaddr_in to = address(host, port), own = address(from, "0");
	int sender = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), receiver = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	uint32_t answers[1024] = {0};
	struct segment got;

	for (int i = 0; i < count; i++)
		send_segment(sender, own.sin_addr.s_addr, &to, first + i, 1000, 0, 0);
	for (int left = count; left > 0;) {
		int which;

		if (recv(receiver, &got, sizeof(got), 0) < (ssize_t)sizeof(got))
			return 1;
		which = ntohs(got.tcp.dest) - first;
		if (got.tcp.source != to.sin_port || !got.tcp.syn || which < 0 || which >= count || answers[which])
			continue;
		answers[which] = ntohl(got.tcp.seq);
		left--;
	}
	for (int i = 0; i < count; i++)
		send_segment(sender, own.sin_addr.s_addr, &to, first + i, 1001, answers[i] + 1, 0);
	printf("acknowledged %d\n", count);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "udp") == 0 && argc == 6)
		return send_udp(argv[2], argv[3], atoi(argv[4]), atoi(argv[5]));
	if (strcmp(what, "unread") == 0 && argc == 3)
		return unread(argv[2]);
	if (strcmp(what, "full-listener") == 0 && argc == 4)
		return full_listener(argv[2], atoi(argv[3]));
	if (strcmp(what, "handshakes") == 0 && argc == 7)
		return handshakes(argv[2], argv[3], argv[4], atoi(argv[5]), atoi(argv[6]));
	if (strcmp(what, "bad-checksum") == 0 && argc == 5) {
		struct sockaddr_in to = address(argv[2], argv[3]);
		int raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

		for (int i = 0; i < atoi(argv[4]); i++)
			send_segment(raw, inet_addr("192.0.2.1"), &to, FIRST_PORT + i, 1000, 0, 0x5555);
		printf("sent %s\n", argv[4]);
		return 0;
	}
	return 2;
}

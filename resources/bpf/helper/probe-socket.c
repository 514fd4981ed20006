// SPDX-License-Identifier: MIT
/*
 * Sockets of path probes. The kernel itself finds out which socket an ICMP error belongs to, by the header that it quotes
 * (IP_RECVERR), so a packet that was made up by somebody who did not see the probe is not taken. Echo requests share one raw
 * socket: there the quoted identifier and number are compared here.
 */
#define _GNU_SOURCE
#include "probe-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ICMP_FILTER_OPTION 1 /* ICMP_FILTER, linux/icmp.h; SOL_RAW */
#define TRIES 3

/* The first eight bytes of an echo request and its reply, IPv4 and IPv6 alike. */
struct echo {
	uint8_t type;
	uint8_t code;
	uint16_t checksum;
	uint16_t id;
	uint16_t number;
};

static bool is_ipv6(const struct probe_command *command)
{
	return command->family == AF_INET6;
}

/* Again before each probe: the way may have changed. */
static int connect_to_target(int fd, const struct probe_command *command)
{
	struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(command->port)};
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(command->port), .sin6_scope_id = command->scope_id};

	memcpy(&to4.sin_addr, command->address, 4);
	memcpy(&to6.sin6_addr, command->address, 16);
	return is_ipv6(command) ? connect(fd, (struct sockaddr *)&to6, sizeof(to6)) : connect(fd, (struct sockaddr *)&to4, sizeof(to4));
}

/* A raw socket gets every ICMP packet of its peer: only echo replies are wanted as packets. */
static void take_replies_only(int fd, bool ipv6)
{
	struct icmp_filter filter4 = {~(1U << ICMP_ECHOREPLY)};
	struct icmp6_filter filter6;

	memset(&filter6, 0xff, sizeof(filter6)); /* a bit that is set: blocked */
	filter6.data[ICMPV6_ECHO_REPLY >> 5] &= ~(1U << (ICMPV6_ECHO_REPLY & 31));
	if (ipv6)
		setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &filter6, sizeof(filter6));
	else
		setsockopt(fd, SOL_RAW, ICMP_FILTER_OPTION, &filter4, sizeof(filter4));
}

int open_probe_socket(const struct probe_command *command)
{
	const bool ipv6 = is_ipv6(command), icmp = command->protocol == IPPROTO_ICMP, tcp = command->protocol == IPPROTO_TCP;
	const int protocol = icmp && ipv6 ? IPPROTO_ICMPV6 : command->protocol;
	/* PROBE: the bit is set, and what was learnt of the path before does not count */
	const int discover4 = !command->dont_fragment ? IP_PMTUDISC_DONT : tcp ? IP_PMTUDISC_DO : IP_PMTUDISC_PROBE;
	const int discover6 = !command->dont_fragment ? IPV6_PMTUDISC_DONT : tcp ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_PROBE;
	const struct linger reset = {1, 0};
	const int on = 1, dont_fragment = command->dont_fragment;
	int fd = socket(command->family, (icmp ? SOCK_RAW : tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -errno;
	if (icmp)
		take_replies_only(fd, ipv6);
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (tcp)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)); /* the peer is not left with a connection */
	if (ipv6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &discover6, sizeof(discover6));
		setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &dont_fragment, sizeof(dont_fragment));
	} else {
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover4, sizeof(discover4));
	}
	if (!tcp)
		(void)!connect_to_target(fd, command); /* where there is no way, each probe says so */
	return fd;
}

static uint16_t internet_checksum(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += at[i] << 8 | at[i + 1];
	if (length & 1)
		sum += at[length - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

int send_probe(int fd, const struct probe_command *command, uint8_t ttl, uint16_t id, uint16_t number)
{
	static uint8_t packet[PROBE_SIZE_MAX];
	const bool ipv6 = is_ipv6(command);
	const int hops = ttl;
	size_t length = command->size - (ipv6 ? 40 : 20);

	if (ipv6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops));
	else
		setsockopt(fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops));
	if (connect_to_target(fd, command) && errno != EINPROGRESS)
		return -errno;
	if (command->protocol == IPPROTO_TCP)
		return 0;
	if (command->protocol == IPPROTO_ICMP) {
		struct echo echo = {ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO, 0, 0, htons(id), htons(number)};

		memcpy(packet, &echo, sizeof(echo));
		if (!ipv6) { /* for IPv6 the kernel does it */
			echo.checksum = internet_checksum(packet, length);
			memcpy(packet, &echo, sizeof(echo));
		}
	} else {
		length -= 8;
	}
	for (int tried = 0;; tried++) {
		int pending, error;
		socklen_t size = sizeof(pending);

		/* an error that came back to an earlier probe of this socket would be taken for this one's */
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &size);
		if (write(fd, packet, length) >= 0)
			return 0;
		error = errno;
		if (tried == TRIES)
			return -error;
	}
}

/* Puts one ICMP error into words of ours. */
static void read_icmp_error(const struct sock_extended_err *error, bool ipv6, struct probe_record *record)
{
	record->icmp_type = error->ee_type;
	record->icmp_code = error->ee_code;
	record->outcome = PROBE_OTHER_ERROR;
	if (error->ee_type == (ipv6 ? ICMPV6_TIME_EXCEED : ICMP_TIME_EXCEEDED))
		record->outcome = PROBE_TIME_EXCEEDED;
	else if (ipv6 ? error->ee_type == ICMPV6_PKT_TOOBIG : error->ee_type == ICMP_DEST_UNREACH && error->ee_code == ICMP_FRAG_NEEDED)
		record->outcome = PROBE_TOO_BIG;
	else if (error->ee_type == (ipv6 ? ICMPV6_DEST_UNREACH : ICMP_DEST_UNREACH))
		record->outcome = PROBE_UNREACHABLE;
	if (record->outcome == PROBE_TOO_BIG)
		record->mtu = error->ee_info;
}

static void read_address(const struct sockaddr *from, struct probe_record *record)
{
	if (from->sa_family == AF_INET)
		memcpy(record->address, &((const struct sockaddr_in *)from)->sin_addr, 4);
	else if (from->sa_family == AF_INET6)
		memcpy(record->address, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
}

static uint64_t read_stamp(struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		struct timespec stamp;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(part), sizeof(stamp));
		return stamp.tv_sec * 1000000000ULL + stamp.tv_nsec;
	}
	return 0;
}

/* One entry of the error queue. False: it is empty. */
static bool take_error(int fd, const struct probe_command *command, uint16_t id, struct probe_answer *answer)
{
	const bool ipv6 = is_ipv6(command), icmp = command->protocol == IPPROTO_ICMP;

	for (;;) {
		uint8_t quoted[64];
		union {
			struct cmsghdr align;
			uint8_t bytes[512];
		} control;
		struct iovec into = {quoted, sizeof(quoted)};
		struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
		const struct sock_extended_err *error = NULL;
		ssize_t got = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
		struct echo echo;

		if (got < 0)
			return false;
		for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
			if (part->cmsg_level == (ipv6 ? IPPROTO_IPV6 : IPPROTO_IP) && part->cmsg_type == (ipv6 ? IPV6_RECVERR : IP_RECVERR))
				error = (const struct sock_extended_err *)CMSG_DATA(part);
		}
		if (!error)
			continue;
		memset(answer, 0, sizeof(*answer));
		answer->stamp_ns = read_stamp(&message);
		if (error->ee_origin == SO_EE_ORIGIN_LOCAL) {
			answer->local = true;
			answer->record.outcome = PROBE_NOT_SENT;
			answer->record.error = error->ee_errno;
			answer->record.mtu = error->ee_errno == EMSGSIZE ? error->ee_info : 0;
			return true;
		}
		if (error->ee_origin != (ipv6 ? SO_EE_ORIGIN_ICMP6 : SO_EE_ORIGIN_ICMP))
			continue;
		if (icmp) {
			if (got < sizeof(echo))
				continue;
			memcpy(&echo, quoted, sizeof(echo));
			if (echo.type != (ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO) || ntohs(echo.id) != id)
				continue;
			answer->numbered = true;
			answer->number = ntohs(echo.number);
		}
		answer->record.error = error->ee_errno;
		read_icmp_error(error, ipv6, &answer->record);
		read_address(SO_EE_OFFENDER(error), &answer->record);
		return true;
	}
}

/* An echo reply or a datagram: the socket is connected, so it is the target's. */
static bool take_packet(int fd, const struct probe_command *command, uint16_t id, struct probe_answer *answer)
{
	const bool ipv6 = is_ipv6(command), icmp = command->protocol == IPPROTO_ICMP;

	for (int tried = 0; tried <= TRIES; tried++) {
		uint8_t bytes[128];
		uint8_t control[256] __attribute__((aligned(8)));
		struct iovec into = {bytes, sizeof(bytes)};
		struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
		ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);
		size_t at = 0;
		struct echo echo;

		if (got < 0 && errno == EAGAIN)
			return false;
		if (got < 0)
			continue; /* told once: what it means stands in the error queue */
		memset(answer, 0, sizeof(*answer));
		if (icmp) {
			if (!ipv6) /* a raw socket hands the IPv4 header over as well */
				at = got > 0 ? (bytes[0] & 15) * 4 : 0;
			if (got < (ssize_t)(at + sizeof(echo)))
				continue;
			memcpy(&echo, bytes + at, sizeof(echo));
			if (echo.type != (ipv6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY) || ntohs(echo.id) != id)
				continue;
			answer->numbered = true;
			answer->number = ntohs(echo.number);
			answer->record.icmp_type = echo.type;
		}
		answer->stamp_ns = read_stamp(&message);
		answer->record.outcome = PROBE_REPLY;
		memcpy(answer->record.address, command->address, sizeof(answer->record.address));
		return true;
	}
	return false; /* packets of others: poll() tells of the rest */
}

/* How a connect has ended that the socket tells of, where no ICMP error ended it. */
static bool take_connect(int fd, const struct probe_command *command, const struct tcp_info *info, struct probe_answer *answer)
{
	int error = 0;

	memset(answer, 0, sizeof(*answer));
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof(error)});
	if (!error && info->tcpi_state != TCP_ESTABLISHED && info->tcpi_state != TCP_CLOSE_WAIT)
		return false;
	answer->record.error = error;
	answer->record.outcome = !error ? PROBE_OPEN : error == ECONNREFUSED ? PROBE_REFUSED : PROBE_NOT_SENT;
	answer->local = answer->record.outcome == PROBE_NOT_SENT;
	if (!error)
		answer->record.rtt_ns = info->tcpi_rtt * 1000ULL; /* 0 when it is not known which SYN was answered */
	if (!answer->local)
		memcpy(answer->record.address, command->address, sizeof(answer->record.address));
	return true;
}

bool take_answer(int fd, const struct probe_command *command, uint16_t id, struct probe_answer *answer)
{
	struct tcp_info info = {0};

	if (command->protocol != IPPROTO_TCP)
		return take_error(fd, command, id, answer) || take_packet(fd, command, id, answer);
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){sizeof(info)});
	if (!take_error(fd, command, id, answer) && !take_connect(fd, command, &info, answer))
		return false;
	answer->sent_again = info.tcpi_total_retrans > 0;
	return true;
}

// SPDX-License-Identifier: MIT
/*
 * Packets by libpcap. Only opening the socket needs CAP_NET_RAW: it is given up before the first byte from outside, the
 * filter, is looked at. The filter is compiled here without looking up any name: no host name leaves, no file is opened.
 */
#define _GNU_SOURCE
#include "capture.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "confine.h"

#define WAIT_MS 100
/* A block of the ring that is not full is handed over so late: what is in it when STOP comes is waited for. */
#define RETIRE_MS 4
/* Few packets at a time are not worth waking up for more often; a ring of 32 MiB holds 10 Gbit/s for as long. */
#define GATHER_MS 20
/* Kernels of 100 Hz hand over a block after two ticks. */
#define QUIET_MS 30
/* In every network namespace. */
#define LOOPBACK_IFINDEX 1
/* Then commands are looked at again: under a flood, and a reader that is slower, the ring is never empty. */
#define PACKETS_AT_ONCE 256
#define STATS_NS 1000000000LL

struct capture {
	struct batch packets;
	uint64_t delivered;
	bool loopback;
};

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void take_packet(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes)
{
	static uint8_t record[sizeof(struct packet_header) + CAPTURE_SNAPLEN_MAX + 8];
	struct capture *capture = (struct capture *)context;
	/* tv_usec holds nanoseconds: the precision was asked for */
	const struct packet_header head = {header->ts.tv_sec * 1000000000ULL + header->ts.tv_usec, header->caplen, header->len};
	const size_t size = (sizeof(head) + header->caplen + 7) & ~(size_t)7;

	memcpy(record, &head, sizeof(head));
	memcpy(record + sizeof(head), bytes, header->caplen);
	memset(record + sizeof(head) + header->caplen, 0, size - sizeof(head) - header->caplen);
	batch_add(&capture->packets, record, size);
	capture->delivered++;
}

static void send_stats(const struct connection *connection, uint16_t request, pcap_t *pcap)
{
	struct pcap_stat stat = {0};
	struct capture_stats stats;

	pcap_stats(pcap, &stat);
	stats = (struct capture_stats){stat.ps_recv, stat.ps_drop, stat.ps_ifdrop};
	write_frame(connection, REPLY_CAPTURE_STATS, request, &stats, sizeof(stats));
}

static int fail(const struct connection *connection, uint16_t request, int error, const char *text)
{
	write_error(connection, request, ERROR_FAILED, error, text);
	return 1;
}

/* errno for a status of pcap_activate. */
static int activation_error(int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return ENODEV;
	case PCAP_ERROR_IFACE_NOT_UP:
		return ENETDOWN;
	default:
		return EIO;
	}
}

static pcap_t *open_capture(const struct capture_command *command, int *error, char *why)
{
	char name[IF_NAMESIZE] = "any";
	pcap_t *pcap;
	int status;

	if (command->ifindex && !if_indextoname(command->ifindex, name)) {
		*error = ENODEV;
		strcpy(why, "there is no such interface");
		return NULL;
	}
	pcap = pcap_create(name, why);
	if (!pcap) {
		*error = ENODEV;
		return NULL;
	}
	pcap_set_snaplen(pcap, command->snaplen);
	pcap_set_promisc(pcap, command->promiscuous);
	pcap_set_timeout(pcap, RETIRE_MS);
	pcap_set_buffer_size(pcap, command->buffer_bytes);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(pcap);
	if (status < 0) {
		*error = activation_error(status);
		strncpy(why, pcap_geterr(pcap), PCAP_ERRBUF_SIZE - 1);
		pcap_close(pcap);
		return NULL;
	}
	return pcap;
}

/*
 * Whether all that the kernel let in has been sent or was dropped. On the loopback interface libpcap leaves out what goes out,
 * but counts it: every packet stands for two. Where that is not so, and where libpcap filters itself, only silence tells.
 */
static bool has_all(const struct capture *capture, pcap_t *pcap)
{
	struct pcap_stat stat = {0};

	if (pcap_stats(pcap, &stat))
		return false;
	if (capture->loopback)
		return !stat.ps_drop && 2 * capture->delivered >= stat.ps_recv;
	return capture->delivered + stat.ps_drop >= stat.ps_recv;
}

/*
 * What the kernel had when STOP came is still sent: a block of the ring is handed over after RETIRE_MS. Nothing more is let in,
 * or a flood would have no end.
 */
static void send_rest(struct capture *capture, pcap_t *pcap, int fd)
{
	struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
	const struct sock_fprog filter = {1, &nothing};
	const bool closed = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0;
	int64_t quiet_ns = monotonic_ns();
	int got = 0;

	while (!has_all(capture, pcap) && monotonic_ns() - quiet_ns < QUIET_MS * 1000000LL) {
		struct pollfd waiting = {fd, POLLIN, 0};

		poll(&waiting, 1, got == PACKETS_AT_ONCE ? 0 : RETIRE_MS);
		got = pcap_dispatch(pcap, PACKETS_AT_ONCE, take_packet, (u_char *)capture);
		if (got < 0)
			break;
		if (got > 0 && closed)
			quiet_ns = monotonic_ns();
	}
	batch_flush(&capture->packets);
}

static int stream_packets(const struct connection *connection, uint16_t request, pcap_t *pcap, bool loopback)
{
	static struct capture capture;
	static struct frame frame;
	const int fd = pcap_get_selectable_fd(pcap);
	int64_t told_ns = monotonic_ns();
	int got = 0;

	capture.loopback = loopback;
	batch_begin(&capture.packets, connection, REPLY_PACKETS, request);
	for (;;) {
		struct pollfd waiting[2] = {{connection->in, POLLIN, 0}, {fd, POLLIN, 0}};

		if (got > 0 && got < PACKETS_AT_ONCE)
			poll(waiting, 1, GATHER_MS);
		poll(waiting, 2, got == PACKETS_AT_ONCE || waiting[0].revents ? 0 : WAIT_MS);
		got = pcap_dispatch(pcap, PACKETS_AT_ONCE, take_packet, (u_char *)&capture);
		batch_flush(&capture.packets);
		if (got < 0) {
			send_stats(connection, request, pcap);
			return fail(connection, request, ENODEV, pcap_geterr(pcap));
		}
		if (monotonic_ns() - told_ns >= STATS_NS) {
			told_ns = monotonic_ns();
			send_stats(connection, request, pcap);
		}
		if (!(waiting[0].revents & (POLLIN | POLLHUP)))
			continue;
		if (read_frame(connection, &frame) <= 0)
			return 0;
		if (frame.type == COMMAND_STOP) {
			send_rest(&capture, pcap, fd);
			send_stats(connection, request, pcap);
			write_frame(connection, REPLY_END, frame.request, (uint32_t[]){0, 0}, 8);
			return 0;
		}
		if (frame.type == COMMAND_PING)
			write_frame(connection, REPLY_PONG, frame.request, NULL, 0);
		else
			write_error(connection, frame.request, ERROR_UNKNOWN_COMMAND, ENOSYS, "a capture is under way: STOP or PING");
	}
}

int run_capture(const struct connection *connection, const struct frame *frame)
{
	char filter[CAPTURE_FILTER_MAX + 1], why[PCAP_ERRBUF_SIZE] = "";
	struct capture_command command;
	struct bpf_program program;
	size_t filter_length;
	int error = 0;
	pcap_t *pcap;

	if (frame->length < sizeof(command) || frame->length > sizeof(command) + CAPTURE_FILTER_MAX) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "CAPTURE has another length");
		return 1;
	}
	memcpy(&command, frame->payload, sizeof(command));
	filter_length = frame->length - sizeof(command);
	memcpy(filter, frame->payload + sizeof(command), filter_length);
	filter[filter_length] = 0;
	if (command.snaplen < 64 || command.snaplen > CAPTURE_SNAPLEN_MAX || command.buffer_bytes < 65536 ||
	    command.buffer_bytes > CAPTURE_BUFFER_MAX || memchr(filter, 0, filter_length)) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "snap length, buffer or filter is not valid");
		return 1;
	}
	pcap = open_capture(&command, &error, why);
	if (!pcap)
		return fail(connection, frame->request, error, why);
	error = confine_for_good(0);
	if (error)
		return fail(connection, frame->request, -error, "the helper could not give up its privileges");
	if (filter_length) {
		if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN))
			return fail(connection, frame->request, EINVAL, pcap_geterr(pcap));
		if (pcap_setfilter(pcap, &program))
			return fail(connection, frame->request, EIO, pcap_geterr(pcap));
	}
	if (pcap_setnonblock(pcap, 1, why))
		return fail(connection, frame->request, EIO, why);
	write_frame(connection, REPLY_CAPTURE_STARTED, frame->request,
		    (uint32_t[]){pcap_datalink(pcap), pcap_snapshot(pcap)}, 8);
	return stream_packets(connection, frame->request, pcap, command.ifindex == LOOPBACK_IFINDEX);
}

int run_compile(const struct connection *connection, const struct frame *frame)
{
	char filter[CAPTURE_FILTER_MAX + 1];
	struct bpf_program program;
	const int error = confine_for_good(0);
	pcap_t *pcap;

	if (error)
		return fail(connection, frame->request, -error, "the helper could not give up its privileges");
	if (frame->length > CAPTURE_FILTER_MAX || memchr(frame->payload, 0, frame->length)) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "the filter is not valid");
		return 1;
	}
	memcpy(filter, frame->payload, frame->length);
	filter[frame->length] = 0;
	pcap = pcap_open_dead(DLT_EN10MB, CAPTURE_SNAPLEN_MAX);
	if (!pcap)
		return fail(connection, frame->request, ENOMEM, "there is no memory");
	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN))
		return fail(connection, frame->request, EINVAL, pcap_geterr(pcap));
	write_frame(connection, REPLY_END, frame->request, (uint32_t[]){program.bf_len, 0}, 8);
	return 0;
}

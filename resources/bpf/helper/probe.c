// SPDX-License-Identifier: MIT
/*
 * Path probes: packets to one address with a TTL, a size and the "don't fragment" bit that the command chooses, and what came
 * back. Only opening the sockets needs CAP_NET_RAW: all are opened first, then it is given up, then the first packet leaves.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "probe-socket.h"

#define NS_PER_MS 1000000LL

enum progress { NOT_YET, WAITING, OVER };

struct probe {
	int fd;
	uint8_t ttl;
	enum progress progress;
	int64_t sent_ns;      /* CLOCK_MONOTONIC */
	uint64_t sent_at_ns;  /* CLOCK_REALTIME */
};

struct work {
	const struct connection *connection;
	uint16_t request;
	struct probe_command command;
	uint16_t id; /* of our echo requests */
	int total;
	int next;    /* to be sent */
	int over;
	struct probe probes[PROBES_MAX];
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static const char *what_is_wrong(const struct probe_command *command)
{
	const bool ipv6 = command->family == AF_INET6, tcp = command->protocol == IPPROTO_TCP;
	const int smallest = ipv6 ? 48 : 28; /* headers of IP and of ICMP or UDP */
	const int total = (command->last_ttl - command->first_ttl + 1) * command->count;
	static const uint8_t nowhere[16];

	if (command->family != AF_INET && command->family != AF_INET6)
		return "no such address family";
	if (command->protocol != IPPROTO_ICMP && command->protocol != IPPROTO_UDP && !tcp)
		return "probes are ICMP, UDP or TCP";
	if ((command->protocol == IPPROTO_ICMP) != (command->port == 0))
		return "UDP and TCP need a port, ICMP has none";
	if (!memcmp(command->address, nowhere, ipv6 ? 16 : 4) || (ipv6 ? command->address[0] == 0xff : command->address[0] >= 224))
		return "probes go to one host: no multicast, no broadcast";
	if (!command->first_ttl || command->last_ttl > PROBE_TTL_MAX || command->first_ttl > command->last_ttl)
		return "TTL goes from 1 to 30";
	if (tcp ? command->size != 0 : command->size < smallest || command->size > PROBE_SIZE_MAX)
		return "the size is that of an IP packet, at most 9000 bytes; 0 with TCP";
	if (command->dont_fragment > 1 || command->reserved)
		return "a field that is 0 or 1 is neither";
	if (!command->count || total > PROBES_MAX)
		return "a command sends 1 to 192 probes";
	if (!command->timeout_ms || (total + PROBES_AT_ONCE - 1) / PROBES_AT_ONCE * command->timeout_ms + total * command->interval_ms > PROBE_TIME_MAX_MS)
		return "the probes could take longer than 10 seconds";
	return NULL;
}

/* 0 or -errno. Echo requests share one socket. */
static int open_sockets(struct work *work)
{
	const int hops = work->command.last_ttl - work->command.first_ttl + 1;

	for (int i = 0; i < work->total; i++) {
		const bool shared = work->command.protocol == IPPROTO_ICMP && i > 0;
		int fd = shared ? work->probes[0].fd : open_probe_socket(&work->command);

		if (fd < 0)
			return fd;
		work->probes[i] = (struct probe){.fd = fd, .ttl = work->command.first_ttl + i % hops};
	}
	return 0;
}

static void finish(struct work *work, int number, struct probe_record record)
{
	struct probe *probe = &work->probes[number];

	record.at_ns = probe->sent_at_ns;
	record.number = number;
	record.ttl = probe->ttl;
	write_frame(work->connection, REPLY_PROBE, work->request, &record, sizeof(record));
	probe->progress = OVER;
	work->over++;
	if (work->command.protocol != IPPROTO_ICMP)
		close(probe->fd);
}

/* By the kernel's time of arrival where it is there and can be: somebody may have set the clock meanwhile. */
static uint64_t round_trip_ns(const struct probe *probe, const struct probe_answer *answer)
{
	const int64_t waited_ns = clock_ns(CLOCK_MONOTONIC) - probe->sent_ns;
	const int64_t stamped_ns = answer->stamp_ns - probe->sent_at_ns;

	if (answer->record.rtt_ns || answer->local)
		return answer->record.rtt_ns;
	if (answer->sent_again)
		return 0;
	return answer->stamp_ns && stamped_ns > 0 && stamped_ns < waited_ns ? stamped_ns : waited_ns;
}

/* Everything that waits at one socket. number: the probe whose socket it is, or the one just sent from the shared one */
static void take_answers(struct work *work, int number)
{
	struct probe_answer answer;

	while (work->probes[number].progress != OVER || work->command.protocol == IPPROTO_ICMP) {
		int concerned;

		if (!take_answer(work->probes[number].fd, &work->command, work->id, &answer))
			return;
		concerned = answer.numbered ? answer.number : number;
		if (concerned >= work->next || work->probes[concerned].progress != WAITING)
			continue; /* a second answer to the same probe, or one that came too late */
		answer.record.rtt_ns = round_trip_ns(&work->probes[concerned], &answer);
		finish(work, concerned, answer.record);
	}
}

static void send_next(struct work *work)
{
	const int number = work->next++;
	struct probe *probe = &work->probes[number];
	int error;

	probe->progress = WAITING;
	probe->sent_ns = clock_ns(CLOCK_MONOTONIC);
	probe->sent_at_ns = clock_ns(CLOCK_REALTIME);
	error = send_probe(probe->fd, &work->command, probe->ttl, work->id, number);
	if (!error)
		return;
	take_answers(work, number); /* the error queue says more than errno: the size that would have passed */
	if (probe->progress == WAITING)
		finish(work, number, (struct probe_record){.outcome = PROBE_NOT_SENT, .error = -error});
}

static void give_up_late(struct work *work, int64_t now_ns)
{
	for (int i = 0; i < work->next; i++) {
		if (work->probes[i].progress == WAITING && now_ns - work->probes[i].sent_ns >= work->command.timeout_ms * NS_PER_MS)
			finish(work, i, (struct probe_record){.outcome = PROBE_TIMEOUT});
	}
}

/* Milliseconds until something is due even if nothing comes, rounded up. Some probe is left. */
static int due_in_ms(const struct work *work, int64_t now_ns, int64_t next_send_ns)
{
	int64_t due_ns = work->next < work->total && work->next - work->over < PROBES_AT_ONCE ? next_send_ns : INT64_MAX;

	for (int i = 0; i < work->next; i++) {
		const int64_t end_ns = work->probes[i].sent_ns + work->command.timeout_ms * NS_PER_MS;

		if (work->probes[i].progress == WAITING && end_ns < due_ns)
			due_ns = end_ns;
	}
	return due_ns <= now_ns ? 0 : (due_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
}

/* Waits for answers and commands. False: STOP, or the end of the connection. */
static bool wait_for_answers(struct work *work, int wait_ms)
{
	static struct frame frame;
	struct pollfd waiting[1 + PROBES_MAX] = {{work->connection->in, POLLIN, 0}};
	int numbers[1 + PROBES_MAX], count = 1;
	const short wanted = work->command.protocol == IPPROTO_TCP ? POLLOUT : POLLIN;

	for (int i = 0; i < work->next; i++) {
		if (work->probes[i].progress != WAITING || (count > 1 && work->command.protocol == IPPROTO_ICMP))
			continue;
		numbers[count] = i;
		waiting[count++] = (struct pollfd){work->probes[i].fd, wanted, 0};
	}
	if (poll(waiting, count, wait_ms) <= 0)
		return true;
	for (int i = 1; i < count; i++) {
		if (waiting[i].revents)
			take_answers(work, numbers[i]);
	}
	if (!waiting[0].revents)
		return true;
	if (read_frame(work->connection, &frame) <= 0)
		_exit(0);
	if (frame.type == COMMAND_STOP)
		return false;
	if (frame.type == COMMAND_PING)
		write_frame(work->connection, REPLY_PONG, frame.request, NULL, 0);
	else
		write_error(work->connection, frame.request, ERROR_UNKNOWN_COMMAND, ENOSYS, "probes are under way: STOP or PING");
	return true;
}

static void run(struct work *work)
{
	int64_t next_send_ns = clock_ns(CLOCK_MONOTONIC);

	for (;;) {
		int64_t now_ns = clock_ns(CLOCK_MONOTONIC);

		give_up_late(work, now_ns);
		while (work->next < work->total && work->next - work->over < PROBES_AT_ONCE && now_ns >= next_send_ns) {
			send_next(work);
			next_send_ns += work->command.interval_ms * NS_PER_MS;
		}
		if (work->over == work->total || !wait_for_answers(work, due_in_ms(work, now_ns, next_send_ns)))
			return;
	}
}

int run_probe(const struct connection *connection, const struct frame *frame)
{
	static struct work work;
	const char *wrong;
	int error;

	if (frame->length != sizeof(work.command)) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "PROBE has another length");
		return 1;
	}
	memcpy(&work.command, frame->payload, sizeof(work.command));
	wrong = what_is_wrong(&work.command);
	if (wrong) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, wrong);
		return 1;
	}
	work.connection = connection;
	work.request = frame->request;
	work.total = (work.command.last_ttl - work.command.first_ttl + 1) * work.command.count;
	if (getrandom(&work.id, sizeof(work.id), 0) != sizeof(work.id))
		work.id = getpid();
	error = open_sockets(&work);
	if (error) {
		write_error(connection, frame->request, ERROR_FAILED, -error, strerror(-error));
		return 1;
	}
	error = confine_for_good(0);
	if (error) {
		write_error(connection, frame->request, ERROR_FAILED, -error, "the helper could not give up its privileges");
		return 1;
	}
	run(&work);
	write_frame(connection, REPLY_END, frame->request, (uint32_t[]){work.over, 0}, 8);
	return 0;
}

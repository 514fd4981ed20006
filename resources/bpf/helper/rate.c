// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "rate.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../records.h"
#include "confine.h"
#include "programs.h"

/* enum bpf_attach_type of Linux 6.6; libbpf 1.1 has no names for them */
#define ATTACH_TCX_INGRESS 46
#define ATTACH_TCX_EGRESS 47

struct rate_command {
	uint32_t ifindex;
	uint8_t direction;
	uint8_t method;
	uint16_t interval_ms;
};

static int attach_xdp(struct bpf_program *program, const struct rate_command *command)
{
	/* generic mode: never resets a card's queues, and leaves the merging of received packets off while it counts */
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_SKB_MODE);

	return bpf_link_create(bpf_program__fd(program), command->ifindex, BPF_XDP, &options);
}

static int attach_tc(struct bpf_program *program, const struct rate_command *command)
{
	return bpf_link_create(bpf_program__fd(program), command->ifindex,
			       command->direction == RATE_INCOMING ? ATTACH_TCX_INGRESS : ATTACH_TCX_EGRESS, NULL);
}

static int attach_cgroup(struct bpf_program *program, const struct rate_command *command)
{
	int cgroup = open_cgroup_root();
	int link;

	if (cgroup < 0)
		return cgroup;
	link = bpf_link_create(bpf_program__fd(program), cgroup,
			       command->direction == RATE_INCOMING ? BPF_CGROUP_INET_INGRESS : BPF_CGROUP_INET_EGRESS, NULL);
	close(cgroup);
	return link;
}

/* Loads one program and attaches it. A link's descriptor, or -errno. */
static int try_method(enum rate_method method, const struct rate_command *command, struct bpf_object **loaded)
{
	static const char *const NAMES[] = {"", "count_xdp", "count_tc", ""};
	const bool incoming = command->direction == RATE_INCOMING;
	const char *name = method == RATE_CGROUP ? (incoming ? "count_cgroup_ingress" : "count_cgroup_egress") : NAMES[method];
	struct bpf_object *object = open_packet_rate();
	struct bpf_program *program;
	int link;

	if (!object)
		return -ENOMEM;
	program = bpf_object__find_program_by_name(object, name);
	bpf_program__set_autoload(program, true);
	if (!set_constant(object, "only_ifindex", command->ifindex, 4)) {
		bpf_object__close(object);
		return -EINVAL;
	}
	link = bpf_object__load(object);
	if (!link) {
		switch (method) {
		case RATE_XDP:
			link = attach_xdp(program, command);
			break;
		case RATE_TC:
			link = attach_tc(program, command);
			break;
		default:
			link = attach_cgroup(program, command);
		}
	}
	if (link < 0)
		bpf_object__close(object);
	else
		*loaded = object;
	return link;
}

/* Best first; what the caller asks for goes alone. The method that works, or -errno of the last one. */
static int attach_best(const struct rate_command *command, struct bpf_object **loaded, char *tried, size_t size)
{
	int error = -EINVAL;

	tried[0] = 0;
	for (enum rate_method method = RATE_XDP; method <= RATE_CGROUP; method++) {
		if (command->method != RATE_BEST && command->method != method)
			continue;
		if (method == RATE_XDP && command->direction != RATE_INCOMING)
			continue;
		forget_complaints();
		error = try_method(method, command, loaded);
		if (error >= 0)
			return method;
		size_t at = strlen(tried);

		snprintf(tried + at, size - at, "%s%s: %s", at ? "; " : "", (const char *[]){"", "xdp", "tc", "cgroup"}[method], strerror(-error));
	}
	return error;
}

static void send_sample(const struct connection *connection, uint16_t request, int map, int cpus)
{
	struct {
		uint64_t packets;
		uint64_t bytes;
	} counts[cpus];
	struct rate_record sample = {0, 0, 0};
	struct timespec now;
	uint32_t zero = 0;

	clock_gettime(CLOCK_BOOTTIME, &now);
	sample.at_ns = now.tv_sec * 1000000000ULL + now.tv_nsec;
	if (bpf_map_lookup_elem(map, &zero, counts) == 0) {
		for (int cpu = 0; cpu < cpus; cpu++) {
			sample.packets += counts[cpu].packets;
			sample.bytes += counts[cpu].bytes;
		}
	}
	write_frame(connection, REPLY_RATE, request, &sample, sizeof(sample));
}

static int count_until_stopped(const struct connection *connection, uint16_t request, int map, int cpus, int interval_ms)
{
	static struct frame frame;
	struct timespec now;
	int64_t next_ms, now_ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	next_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	for (;;) {
		struct pollfd command = {connection->in, POLLIN, 0};

		clock_gettime(CLOCK_MONOTONIC, &now);
		now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
		if (now_ms >= next_ms) {
			send_sample(connection, request, map, cpus);
			next_ms += interval_ms;
			continue;
		}
		if (poll(&command, 1, next_ms - now_ms) <= 0)
			continue;
		if (read_frame(connection, &frame) <= 0)
			return 0;
		if (frame.type == COMMAND_STOP) {
			send_sample(connection, request, map, cpus);
			write_frame(connection, REPLY_END, frame.request, (uint32_t[]){0, 0}, 8);
			return 0;
		}
		if (frame.type == COMMAND_PING)
			write_frame(connection, REPLY_PONG, frame.request, NULL, 0);
		else
			write_error(connection, frame.request, ERROR_UNKNOWN_COMMAND, ENOSYS, "a count is under way: STOP or PING");
	}
}

int run_rate(const struct connection *connection, const struct frame *frame)
{
	struct rate_command command;
	struct bpf_object *object = NULL;
	const int cpus = libbpf_num_possible_cpus();
	char tried[192];
	int method, error;
	uint8_t started;

	if (frame->length != sizeof(command)) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "RATE has another length");
		return 1;
	}
	memcpy(&command, frame->payload, sizeof(command));
	if (!command.ifindex || command.direction < RATE_INCOMING || command.direction > RATE_OUTGOING || command.method > RATE_CGROUP ||
	    command.interval_ms < 10) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EINVAL, "interface, direction, method or interval is not valid");
		return 1;
	}
	method = attach_best(&command, &object, tried, sizeof(tried));
	if (method < 0) {
		write_error(connection, frame->request, ERROR_FAILED, -method, tried);
		return 1;
	}
	error = confine_for_good(0);
	if (error) {
		write_error(connection, frame->request, ERROR_FAILED, -error, "the helper could not give up its privileges");
		return 1;
	}
	started = method;
	write_frame(connection, REPLY_RATE_STARTED, frame->request, &started, 1);
	return count_until_stopped(connection, frame->request, bpf_object__find_map_fd_by_name(object, "packets"), cpus,
				   command.interval_ms);
}

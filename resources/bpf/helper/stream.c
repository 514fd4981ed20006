// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "stream.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../records.h"
#include "confine.h"
#include "programs.h"

/* While events come the ring is emptied this often: ten times cheaper than a wake-up an event, and no one sees 20 ms. */
#define POLL_MS 20
/* While nothing happens: at 800,000 events a second out of the blue the ring still holds them. */
#define IDLE_POLL_MS 50
#define COUNTS_NS 1000000000ULL
#define MAP_BATCH 512
/* Records of one chunk of an iterator; the kernel hands over up to 32 KiB at once. */
#define LIST_CHUNK (256 * sizeof(struct socket_record))

struct stream {
	const struct connection *connection;
	struct programs programs;
	struct ring_buffer *ring;
	int cpus;
	struct batch events;
	struct batch list;
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static int take_event(void *context, void *record, size_t size)
{
	if (size == sizeof(struct event_record))
		batch_add(context, record, size);
	return 0;
}

static void send_counts(struct stream *stream, uint16_t request)
{
	struct counts_reply reply = {now_ns(CLOCK_BOOTTIME), now_ns(CLOCK_REALTIME), {{0, 0}}};
	struct {
		uint64_t seen;
		uint64_t lost;
	} counts[stream->cpus];

	for (uint32_t kind = 0; kind < 16 && stream->programs.maps.counts >= 0; kind++) {
		if (bpf_map_lookup_elem(stream->programs.maps.counts, &kind, counts))
			continue;
		for (int cpu = 0; cpu < stream->cpus; cpu++) {
			reply.kinds[kind].seen += counts[cpu].seen;
			reply.kinds[kind].lost += counts[cpu].lost;
		}
	}
	write_frame(stream->connection, REPLY_COUNTS, request, &reply, sizeof(reply));
}

static void send_end(struct stream *stream, uint16_t request, uint64_t began_ns)
{
	uint32_t numbers[2] = {stream->list.records, (now_ns(CLOCK_MONOTONIC) - began_ns) / 1000};

	batch_flush(&stream->list);
	write_frame(stream->connection, REPLY_END, request, numbers, sizeof(numbers));
}

/* Runs an iterator to its end and gathers what it prints. 0 or -errno. */
static int run_iterator(struct stream *stream, struct bpf_link *link)
{
	static uint8_t chunk[LIST_CHUNK];
	size_t held = 0;
	int fd = bpf_iter_create(bpf_link__fd(link));

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t got = read(fd, chunk + held, sizeof(chunk) - held);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			break;
		held += got;
		size_t whole = held / sizeof(struct socket_record) * sizeof(struct socket_record);

		for (size_t at = 0; at < whole; at += sizeof(struct socket_record))
			batch_add(&stream->list, chunk + at, sizeof(struct socket_record));
		memmove(chunk, chunk + whole, held - whole);
		held -= whole;
	}
	close(fd);
	return 0;
}

static void list_sockets(struct stream *stream, uint16_t request)
{
	uint64_t began_ns = now_ns(CLOCK_MONOTONIC);
	int error;

	if (!stream->programs.list_held) {
		write_error(stream->connection, request, ERROR_FAILED, ENOTSUP, "this kernel cannot list sockets by iterators");
		return;
	}
	batch_begin(&stream->list, stream->connection, REPLY_SOCKETS, request);
	error = run_iterator(stream, stream->programs.list_held);
	if (!error && stream->programs.list_unheld_tcp)
		error = run_iterator(stream, stream->programs.list_unheld_tcp);
	if (!error && stream->programs.list_unheld_udp)
		error = run_iterator(stream, stream->programs.list_unheld_udp);
	if (error)
		write_error(stream->connection, request, ERROR_FAILED, -error, "an iterator could not be started");
	else
		send_end(stream, request, began_ns);
}

/* Sends every value of a hash map. */
static void list_map(struct stream *stream, int map, uint16_t type, uint16_t request, size_t value_size)
{
	static uint8_t keys[MAP_BATCH * 32]; /* the largest key, struct flow_key */
	static uint8_t values[MAP_BATCH * sizeof(struct flow_record)];
	uint64_t began_ns = now_ns(CLOCK_MONOTONIC);
	uint32_t position, next;
	bool first = true;

	if (map < 0) {
		write_error(stream->connection, request, ERROR_FAILED, ENOTSUP, "this kernel cannot count that");
		return;
	}
	batch_begin(&stream->list, stream->connection, type, request);
	for (;;) {
		uint32_t count = MAP_BATCH;
		int error = bpf_map_lookup_batch(map, first ? NULL : &position, &next, keys, values, &count, NULL);

		if (error && errno != ENOENT) {
			/* half a table would look like a whole one */
			write_error(stream->connection, request, ERROR_FAILED, errno, "the kernel's table could not be read");
			return;
		}
		for (uint32_t i = 0; i < count; i++)
			batch_add(&stream->list, values + i * value_size, value_size);
		if (error)
			break;
		position = next;
		first = false;
	}
	send_end(stream, request, began_ns);
}

/* Sockets that are older than the helper get the process that holds them now. */
static void adopt_sockets(struct stream *stream)
{
	uint32_t zero = 0;
	uint64_t on = 1, off = 0;

	if (!stream->programs.list_held || bpf_map_update_elem(stream->programs.maps.adopting, &zero, &on, BPF_ANY))
		return;
	batch_begin(&stream->list, stream->connection, REPLY_SOCKETS, 0);
	run_iterator(stream, stream->programs.list_held);
	bpf_map_update_elem(stream->programs.maps.adopting, &zero, &off, BPF_ANY);
}

static void send_reasons(const struct connection *connection, uint16_t request, const struct btf *btf)
{
	struct reason {
		uint32_t value;
		char name[60];
	} reason;
	static struct batch batch;
	int id = btf ? btf__find_by_name_kind(btf, "skb_drop_reason", BTF_KIND_ENUM) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_enum *values = type ? btf_enum(type) : NULL;

	batch_begin(&batch, connection, REPLY_REASON, request);
	for (int i = 0; values && i < btf_vlen(type); i++) {
		memset(&reason, 0, sizeof(reason));
		reason.value = values[i].val;
		strncpy(reason.name, btf__name_by_offset(btf, values[i].name_off), sizeof(reason.name) - 1);
		batch_add(&batch, &reason, sizeof(reason));
	}
	batch_flush(&batch);
}

static void send_feature(const struct connection *connection, uint16_t request, const struct feature *feature)
{
	struct feature_reply reply = {0};

	strncpy(reply.name, feature->name, sizeof(reply.name) - 1);
	reply.loaded = feature->loaded;
	reply.error = feature->error;
	memcpy(reply.detail, feature->detail, sizeof(reply.detail));
	write_frame(connection, REPLY_FEATURE, request, &reply, sizeof(reply));
}

/* The programs for packet rates attach later, in a process of their own: here it is only tried whether they load. */
static void probe_packet_rate(const struct connection *connection, uint16_t request, const struct btf *btf)
{
	static const struct {
		const char *feature;
		const char *program;
	} methods[] = {{"rate_xdp", "count_xdp"}, {"rate_tc", "count_tc"}, {"rate_cgroup", "count_cgroup_egress"}};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct feature feature = {.name = methods[i].feature};
		struct bpf_object *object = btf ? open_packet_rate() : NULL;

		forget_complaints();
		if (!object) {
			feature.error = ENOTSUP;
			strcpy(feature.detail, "this kernel has no BTF (/sys/kernel/btf/vmlinux)");
		} else if (i == 1 && btf_enum_value(btf, "bpf_attach_type", "BPF_TCX_INGRESS") < 0) {
			feature.error = ENOTSUP;
			strcpy(feature.detail, "this kernel has no tcx (Linux 6.6)");
		} else {
			bpf_program__set_autoload(bpf_object__find_program_by_name(object, methods[i].program), true);
			feature.error = -bpf_object__load(object);
			feature.loaded = feature.error == 0;
			strncpy(feature.detail, last_complaint(), sizeof(feature.detail) - 1);
		}
		if (object)
			bpf_object__close(object);
		send_feature(connection, request, &feature);
	}
}

/* Before Linux 5.19 a map may not even be read without CAP_BPF. */
static uint64_t capabilities_to_keep(int map)
{
	uint32_t zero = 0;
	uint64_t value;

	if (map < 0 || suspend_capabilities() || bpf_map_lookup_elem(map, &zero, &value) == 0)
		return 0;
	return 1ULL << CAP_BPF;
}

static bool answer(struct stream *stream, const struct frame *frame)
{
	const struct shared_maps *maps = &stream->programs.maps;
	const uint16_t request = frame->request;
	uint32_t zero = 0;

	switch (frame->type) {
	case COMMAND_EVENTS:
		if (frame->length != 8)
			break;
		if (maps->wanted < 0 || bpf_map_update_elem(maps->wanted, &zero, frame->payload, BPF_ANY))
			write_error(stream->connection, request, ERROR_FAILED, ENOTSUP, "no program that reports events was loaded");
		else
			send_counts(stream, request);
		return true;
	case COMMAND_SOCKETS:
		if (frame->length)
			break;
		list_sockets(stream, request);
		return true;
	case COMMAND_FLOWS:
		if (frame->length)
			break;
		list_map(stream, maps->flows, REPLY_FLOWS, request, sizeof(struct flow_record));
		return true;
	case COMMAND_PROCESSES:
		if (frame->length)
			break;
		list_map(stream, maps->processes, REPLY_PROCESSES, request, sizeof(struct process_record));
		return true;
	case COMMAND_STATS:
		if (frame->length)
			break;
		send_counts(stream, request);
		return true;
	case COMMAND_PING:
		write_frame(stream->connection, REPLY_PONG, request, NULL, 0);
		return true;
	default:
		write_error(stream->connection, request, ERROR_UNKNOWN_COMMAND, ENOSYS, "this helper knows no such command");
		return true;
	}
	write_error(stream->connection, request, ERROR_BAD_FRAME, EINVAL, "the command has another length");
	return true;
}

int run_stream(const struct connection *connection, uint16_t request)
{
	static struct stream stream;
	static struct frame frame;
	uint64_t began_ns = now_ns(CLOCK_MONOTONIC), counted_ns = 0;
	struct btf *btf;
	bool busy = true;
	uint32_t load_us;
	int error;

	forget_complaints();
	stream.connection = connection;
	stream.cpus = libbpf_num_possible_cpus();
	btf = btf__load_vmlinux_btf();
	if (libbpf_get_error(btf))
		btf = NULL;
	load_programs(&stream.programs, btf);
	for (int i = 0; i < stream.programs.feature_count; i++)
		send_feature(connection, request, &stream.programs.features[i]);
	probe_packet_rate(connection, request, btf);
	send_reasons(connection, request, btf);
	btf__free(btf);
	malloc_trim(0);
	if (stream.programs.maps.events >= 0)
		stream.ring = ring_buffer__new(stream.programs.maps.events, take_event, &stream.events, NULL);
	adopt_sockets(&stream);
	error = confine_for_good(capabilities_to_keep(stream.programs.maps.wanted));
	if (error) {
		write_error(connection, request, ERROR_FAILED, -error, "the helper could not give up its privileges");
		return 1;
	}
	load_us = (now_ns(CLOCK_MONOTONIC) - began_ns) / 1000;
	write_frame(connection, REPLY_READY, request, &load_us, sizeof(load_us));

	for (;;) {
		struct pollfd command = {connection->in, POLLIN, 0};
		int ready = poll(&command, 1, busy ? POLL_MS : IDLE_POLL_MS);

		if (ready > 0) {
			int got = read_frame(connection, &frame);

			if (got <= 0)
				return got < 0;
			answer(&stream, &frame);
		}
		batch_begin(&stream.events, connection, REPLY_EVENTS, 0);
		if (stream.ring)
			busy = ring_buffer__consume(stream.ring) > 0;
		batch_flush(&stream.events);
		if (now_ns(CLOCK_MONOTONIC) - counted_ns >= COUNTS_NS) {
			counted_ns = now_ns(CLOCK_MONOTONIC);
			send_counts(&stream, 0);
		}
	}
}

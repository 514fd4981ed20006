// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "programs.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* enum bpf_attach_type of Linux 6.7; libbpf 1.1 has no name for it */
#define ATTACH_CGROUP_UNIX_CONNECT 49

#define OBJECT(name) extern const unsigned char object_##name[], object_##name##_end[]
OBJECT(tcp_states);
OBJECT(drops);
OBJECT(tcp_retransmits);
OBJECT(tcp_resets);
OBJECT(socket_io);
OBJECT(connect_results);
OBJECT(connects);
OBJECT(udp_flows);
OBJECT(socket_list);
OBJECT(packet_rate);

struct loading {
	struct programs *programs;
	const struct btf *btf;
	int cgroup; /* descriptor, or -errno */
	bool results_are_seen;
};

/* One line a group: adding a program is a line here and two files beside the others. */
struct group {
	const char *feature;
	const unsigned char *object;
	const unsigned char *end;
	/* Sets constants and turns variants on, before load. 0, or -errno with a reason in detail. */
	int (*prepare)(struct bpf_object *object, struct loading *loading, char *detail, size_t size);
	int (*attach)(struct bpf_object *object, struct loading *loading, char *detail, size_t size);
};

static char complaint[192];

static int keep_complaint(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[1024];
	char *text = line;

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), format, arguments);
	/* the verifier's log ends with statistics: the first complaint says more */
	if (complaint[0])
		return 0;
	if (strncmp(text, "libbpf: ", 8) == 0)
		text += 8;
	text[strcspn(text, "\n")] = 0;
	snprintf(complaint, sizeof(complaint), "%.*s", (int)sizeof(complaint) - 1, text);
	return 0;
}

const char *last_complaint(void)
{
	return complaint;
}

void forget_complaints(void)
{
	libbpf_set_print(keep_complaint);
	complaint[0] = 0;
}

int64_t btf_enum_value(const struct btf *btf, const char *type, const char *name)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_ENUM);
	const struct btf_type *found = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_enum *values = found ? btf_enum(found) : NULL;

	for (int i = 0; values && i < btf_vlen(found); i++) {
		if (strcmp(btf__name_by_offset(btf, values[i].name_off), name) == 0)
			return values[i].val;
	}
	return -1;
}

/* How many arguments a tracepoint has on this kernel, after the context; 0 when it does not exist. */
static int tracepoint_arguments(const struct btf *btf, const char *tracepoint)
{
	char name[64];
	const struct btf_type *type;
	int id;

	snprintf(name, sizeof(name), "btf_trace_%s", tracepoint);
	id = btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF);
	if (id <= 0)
		return 0;
	type = btf__type_by_id(btf, btf__type_by_id(btf, id)->type); /* typedef, pointer */
	type = type ? btf__type_by_id(btf, type->type) : NULL;       /* function */
	return type && btf_is_func_proto(type) ? btf_vlen(type) - 1 : 0;
}

bool set_constant(struct bpf_object *object, const char *name, uint32_t value, size_t size)
{
	struct bpf_map *rodata = bpf_object__find_map_by_name(object, ".rodata");
	const struct btf *btf = bpf_object__btf(object);
	const struct btf_var_secinfo *variable;
	const struct btf_type *section;
	size_t length;
	uint8_t memory[256];
	struct bpf_map *map;

	if (!rodata) {
		/* libbpf puts the object's name before it: <object>.rodata */
		bpf_object__for_each_map(map, object) {
			const char *tail = strstr(bpf_map__name(map), ".rodata");

			if (tail && strcmp(tail, ".rodata") == 0)
				rodata = map;
		}
	}
	const void *initial = rodata ? bpf_map__initial_value(rodata, &length) : NULL;
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);

	if (!initial || length > sizeof(memory) || id <= 0)
		return false;
	memcpy(memory, initial, length);
	section = btf__type_by_id(btf, id);
	variable = btf_var_secinfos(section);
	for (int i = 0; i < btf_vlen(section); i++, variable++) {
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (strcmp(btf__name_by_offset(btf, type->name_off), name) || variable->size != size || variable->offset + size > length)
			continue;
		memcpy(memory + variable->offset, &value, size);
		return bpf_map__set_initial_value(rodata, memory, length) == 0;
	}
	return false;
}

static int explain(char *detail, size_t size, int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, size, format, arguments);
	va_end(arguments);
	return error;
}

static int needs_tracepoint(struct loading *loading, const char *name, char *detail, size_t size)
{
	if (tracepoint_arguments(loading->btf, name))
		return 0;
	return explain(detail, size, -ESRCH, "this kernel has no tracepoint %s", name);
}

static int prepare_drops(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	int64_t consumed = btf_enum_value(loading->btf, "skb_drop_reason", "SKB_CONSUMED");

	set_constant(object, "kfree_skb_arguments", tracepoint_arguments(loading->btf, "kfree_skb"), 1);
	if (consumed >= 0)
		set_constant(object, "consumed_reason", consumed, 4);
	else
		set_constant(object, "consumed_reason", UINT32_MAX, 4);
	return needs_tracepoint(loading, "kfree_skb", detail, size);
}

static int prepare_resets(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	set_constant(object, "send_reset_arguments", tracepoint_arguments(loading->btf, "tcp_send_reset"), 1);
	return needs_tracepoint(loading, "tcp_send_reset", detail, size);
}

static int prepare_socket_io(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	(void)object;
	return needs_tracepoint(loading, "sock_send_length", detail, size);
}

static int prepare_cgroup(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	(void)object;
	if (loading->cgroup >= 0)
		return 0;
	return explain(detail, size, loading->cgroup, "no cgroup2 tree is mounted, or it may not be opened");
}

static int prepare_connects(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	if (loading->results_are_seen)
		set_constant(object, "results_are_seen", 1, 1);
	if (btf_enum_value(loading->btf, "bpf_attach_type", "BPF_CGROUP_UNIX_CONNECT") == ATTACH_CGROUP_UNIX_CONNECT) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, "on_connect_unix");

		bpf_program__set_autoload(program, true);
		bpf_program__set_expected_attach_type(program, ATTACH_CGROUP_UNIX_CONNECT);
	}
	return prepare_cgroup(object, loading, detail, size);
}

/* Of one group; closing its object does not close them. */
#define LINKS_MAX 8

/* Attaches every program that was loaded; one that fails undoes the group. */
static int attach_all(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	struct bpf_link *links[LINKS_MAX];
	struct bpf_program *program;
	int attached = 0;

	bpf_object__for_each_program(program, object) {
		struct bpf_link *link = NULL;

		if (!bpf_program__autoload(program))
			continue;
		errno = E2BIG;
		if (attached < LINKS_MAX) {
			switch (bpf_program__type(program)) {
			case BPF_PROG_TYPE_CGROUP_SKB:
			case BPF_PROG_TYPE_CGROUP_SOCK:
			case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
				link = bpf_program__attach_cgroup(program, loading->cgroup);
				break;
			default:
				link = bpf_program__attach(program);
			}
		}
		if (!link) {
			int error = -errno;

			while (attached)
				bpf_link__destroy(links[--attached]);
			return explain(detail, size, error, "%s could not be attached: %s", bpf_program__name(program), strerror(-error));
		}
		links[attached++] = link;
	}
	return 0;
}

/* libbpf looks the tracepoint up in tracefs: its errno alone would not tell what is missing. */
static int attach_results(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	int error = attach_all(object, loading, detail, size);

	if (error == -ENOENT)
		return explain(detail, size, error, "tracefs is not mounted (/sys/kernel/tracing), or has no sys_exit_connect");
	if (error == -EACCES)
		return explain(detail, size, error, "only root may read tracefs (/sys/kernel/tracing)");
	return error;
}

static int attach_iterators(struct bpf_object *object, struct loading *loading, char *detail, size_t size)
{
	struct programs *programs = loading->programs;

	programs->list_held = bpf_program__attach_iter(bpf_object__find_program_by_name(object, "list_held"), NULL);
	programs->list_unheld_tcp = bpf_program__attach_iter(bpf_object__find_program_by_name(object, "list_unheld_tcp"), NULL);
	programs->list_unheld_udp = bpf_program__attach_iter(bpf_object__find_program_by_name(object, "list_unheld_udp"), NULL);
	if (!programs->list_held)
		return explain(detail, size, -errno, "iter/task_file could not be attached: %s", strerror(errno));
	return 0;
}

/* tcp_states first: it has every map the others share. connect_results before connects, which asks whether it runs. */
static const struct group GROUPS[] = {
	{"tcp_events", object_tcp_states, object_tcp_states_end, NULL, attach_all},
	{"drops", object_drops, object_drops_end, prepare_drops, attach_all},
	{"retransmits", object_tcp_retransmits, object_tcp_retransmits_end, NULL, attach_all},
	{"resets", object_tcp_resets, object_tcp_resets_end, prepare_resets, attach_all},
	{"process_bytes", object_socket_io, object_socket_io_end, prepare_socket_io, attach_all},
	{"connect_errno", object_connect_results, object_connect_results_end, NULL, attach_results},
	{"connects", object_connects, object_connects_end, prepare_connects, attach_all},
	{"udp_flows", object_udp_flows, object_udp_flows_end, prepare_cgroup, attach_all},
	{"socket_list", object_socket_list, object_socket_list_end, NULL, attach_iterators},
};

struct shared_map {
	const char *name;
	int *fd;
};

static int share_maps(struct bpf_object *object, struct shared_maps *maps, bool loaded)
{
	const struct shared_map shared[] = {
		{"events", &maps->events},     {"counts", &maps->counts}, {"wanted", &maps->wanted},       {"owners", &maps->owners},
		{"attempts", &maps->attempts}, {"flows", &maps->flows},   {"processes", &maps->processes}, {"adopting", &maps->adopting},
	};

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, shared[i].name);

		if (!map)
			continue;
		if (loaded && *shared[i].fd < 0)
			*shared[i].fd = bpf_map__fd(map);
		else if (!loaded && *shared[i].fd >= 0 && bpf_map__reuse_fd(map, *shared[i].fd))
			return -errno;
	}
	return 0;
}

static int load_group(const struct group *group, struct loading *loading, char *detail, size_t size)
{
	struct bpf_object *object = bpf_object__open_mem(group->object, group->end - group->object, NULL);
	int error;

	if (!object)
		return -errno;
	error = group->prepare ? group->prepare(object, loading, detail, size) : 0;
	if (!error)
		error = share_maps(object, &loading->programs->maps, false);
	if (!error)
		error = bpf_object__load(object);
	if (!error) {
		error = group->attach(object, loading, detail, size);
		if (!error)
			error = share_maps(object, &loading->programs->maps, true);
	}
	if (error)
		bpf_object__close(object);
	return error;
}

static void note(struct programs *programs, const char *name, int error, const char *detail)
{
	struct feature *feature = &programs->features[programs->feature_count++];

	feature->name = name;
	feature->loaded = error == 0;
	feature->error = -error;
	snprintf(feature->detail, sizeof(feature->detail), "%s", detail);
}

int open_cgroup_root(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;
	int found = -ENOENT;

	if (!mounts)
		return -errno;
	while (found < 0 && (mount = getmntent(mounts))) {
		if (strcmp(mount->mnt_type, "cgroup2") == 0) {
			found = open(mount->mnt_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (found < 0)
				found = -errno;
		}
	}
	endmntent(mounts);
	return found;
}

void load_programs(struct programs *programs, const struct btf *btf)
{
	struct loading loading = {programs, btf, -ENOENT, false};

	programs->maps = (struct shared_maps){-1, -1, -1, -1, -1, -1, -1, -1};
	loading.cgroup = open_cgroup_root();
	for (size_t i = 0; i < sizeof(GROUPS) / sizeof(GROUPS[0]); i++) {
		char detail[192] = "";
		int error;

		forget_complaints();
		if (!btf)
			error = explain(detail, sizeof(detail), -ENOTSUP, "this kernel has no BTF (/sys/kernel/btf/vmlinux)");
		else
			error = load_group(&GROUPS[i], &loading, detail, sizeof(detail));
		if (!error && strcmp(GROUPS[i].feature, "connect_errno") == 0)
			loading.results_are_seen = true;
		note(programs, GROUPS[i].feature, error, error && !detail[0] ? last_complaint() : detail);
	}
	if (loading.cgroup >= 0)
		close(loading.cgroup);
}

struct bpf_object *open_packet_rate(void)
{
	return bpf_object__open_mem(object_packet_rate, object_packet_rate_end - object_packet_rate, NULL);
}

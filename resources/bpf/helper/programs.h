/* SPDX-License-Identifier: MIT */
/* Loads the kernel programs, each group as its own object, so that one that this kernel refuses never takes others along. */
#ifndef NETSONDE_PROGRAMS_H
#define NETSONDE_PROGRAMS_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdint.h>

/* Maps that all objects share: those of the first object that has them. -1: no object was loaded that has it. */
struct shared_maps {
	int events;
	int counts;
	int wanted;
	int owners;
	int attempts;
	int flows;
	int processes;
	int adopting;
};

struct feature {
	const char *name;
	bool loaded;
	int error;
	char detail[192];
};

#define FEATURES_MAX 16

struct programs {
	struct shared_maps maps;
	struct feature features[FEATURES_MAX];
	int feature_count;
	/* iter/task_file, iter/tcp, iter/udp; NULL where the kernel has none */
	struct bpf_link *list_held;
	struct bpf_link *list_unheld_tcp;
	struct bpf_link *list_unheld_udp;
};

/* Loads and attaches everything for the stream mode. btf: that of the running kernel, NULL when it has none. */
void load_programs(struct programs *programs, const struct btf *btf);

/* The object of packet-rate.bpf.c, opened and not loaded; NULL when even that fails. */
struct bpf_object *open_packet_rate(void);

/* Writes a `const volatile` of an object that is not loaded yet. */
bool set_constant(struct bpf_object *object, const char *name, uint32_t value, size_t size);

/* The value of a name in an enum of the kernel, -1 when it has none. */
int64_t btf_enum_value(const struct btf *btf, const char *type, const char *name);

/* Folder of the cgroup2 tree as an open descriptor, or -errno. */
int open_cgroup_root(void);

/* What libbpf last complained about, one line without its prefix; "" when it did not. */
const char *last_complaint(void);
void forget_complaints(void);

#endif

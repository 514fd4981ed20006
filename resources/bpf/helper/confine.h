/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_CONFINE_H
#define NETSONDE_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

/* Effective capabilities of this process, a bit each (linux/capability.h). */
uint64_t effective_capabilities(void);

/* Puts every capability out of effect, to see what works without: confine_for_good() decides. Returns 0 or -errno. */
int suspend_capabilities(void);

/* Clears the environment, limits resources, forbids core dumps and new privileges. Before anything else. */
void confine_start(void);

/* False, with a line on stderr, when the file or a folder above it can be changed by others than root. */
bool file_is_safe(void);

/*
 * Drops every capability but those in keep, for good, then allows only the system calls of a running helper: bpf() on maps
 * and iterators it already holds, options of sockets it already has, read, write, poll, memory, clock. Returns 0 or -errno.
 */
int confine_for_good(uint64_t keep);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_PROBE_H
#define NETSONDE_PROBE_H

#include "frames.h"

/* Sends the probes that a PROBE frame asks for and tells what became of each. Returns the exit code. */
int run_probe(const struct connection *connection, const struct frame *frame);

#endif

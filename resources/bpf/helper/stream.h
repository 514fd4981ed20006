/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_STREAM_H
#define NETSONDE_STREAM_H

#include "frames.h"

/* Long-lived: loads everything, drops its privileges, then streams events and answers lists until the end of file. */
int run_stream(const struct connection *connection, uint16_t request);

#endif

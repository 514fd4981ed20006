/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_CAPTURE_H
#define NETSONDE_CAPTURE_H

#include "frames.h"

/* Short-lived: sends the packets of one interface until STOP or the end of file, then ends. */
int run_capture(const struct connection *connection, const struct frame *command);

/* Compiles a filter and throws it away: END, or the words of libpcap. Nothing is opened. */
int run_compile(const struct connection *connection, const struct frame *command);

#endif

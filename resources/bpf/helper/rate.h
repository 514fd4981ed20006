/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_RATE_H
#define NETSONDE_RATE_H

#include "frames.h"

/* Short-lived: counts the packets of one interface until STOP or the end of file, then ends; the link goes with it. */
int run_rate(const struct connection *connection, const struct frame *command);

#endif

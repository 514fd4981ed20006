/* SPDX-License-Identifier: MIT */
#ifndef NETSONDE_SERVICE_H
#define NETSONDE_SERVICE_H

#include "frames.h"

/* Listens for members of the group netsonde; each connection is served by a process of its own. Only root starts it. */
int run_service(void);

/* main.c: serves one connection to its end. The exit code. */
int serve_connection(const struct connection *connection);

#endif

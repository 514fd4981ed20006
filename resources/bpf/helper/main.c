// SPDX-License-Identifier: MIT
/*
 * The privileged part of Netsonde, and the only one. It loads fixed kernel programs and sends what they see; it takes no file
 * name, no program and no text that is run. Netsonde starts it with a pipe at each end, or reaches it through the socket of
 * the service (service.c). One connection is one process; it ends with the connection.
 *
 * usage: netsonde-helper            commands on standard input, answers on standard output
 *        netsonde-helper service    listens on /run/netsonde/helper.sock for members of the group netsonde
 *        netsonde-helper version
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "../records.h"
#include "capture.h"
#include "confine.h"
#include "frames.h"
#include "probe.h"
#include "rate.h"
#include "service.h"
#include "stream.h"

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void greet(const struct connection *connection, const struct frame *hello, uint16_t mode)
{
	struct hello_reply reply = {0};
	struct utsname system;
	struct stat netns;

	reply.protocol = NETSONDE_PROTOCOL;
	reply.mode = mode;
	reply.pid = getpid();
	reply.boot_ns = clock_ns(CLOCK_BOOTTIME);
	reply.real_ns = clock_ns(CLOCK_REALTIME);
	reply.capabilities = effective_capabilities();
	reply.netns = stat("/proc/self/ns/net", &netns) ? 0 : netns.st_ino;
	reply.uid = getuid();
	if (uname(&system) == 0)
		memccpy(reply.kernel, system.release, 0, sizeof(reply.kernel) - 1);
	write_frame(connection, REPLY_HELLO, hello->request, &reply, sizeof(reply));
}

int serve_connection(const struct connection *connection)
{
	static struct frame frame;
	uint16_t protocol, mode;

	if (read_frame(connection, &frame) <= 0)
		return 0;
	if (frame.type != COMMAND_HELLO || frame.length != 4) {
		write_error(connection, frame.request, ERROR_BAD_FRAME, EPROTO, "the first frame is HELLO");
		return 1;
	}
	memcpy(&protocol, frame.payload, 2);
	memcpy(&mode, frame.payload + 2, 2);
	if (protocol != NETSONDE_PROTOCOL) {
		char text[128];

		snprintf(text, sizeof(text), "this helper speaks protocol %d, Netsonde %d: install the helper again", NETSONDE_PROTOCOL, protocol);
		write_error(connection, frame.request, ERROR_REFUSED, EPROTONOSUPPORT, text);
		return 1;
	}
	if (mode != MODE_STREAM && mode != MODE_ATTACH) {
		write_error(connection, frame.request, ERROR_BAD_FRAME, EINVAL, "no such mode");
		return 1;
	}
	greet(connection, &frame, mode);
	if (mode == MODE_STREAM)
		return run_stream(connection, frame.request);
	if (read_frame(connection, &frame) <= 0)
		return 0;
	switch (frame.type) {
	case COMMAND_RATE:
		return run_rate(connection, &frame);
	case COMMAND_CAPTURE:
		return run_capture(connection, &frame);
	case COMMAND_COMPILE:
		return run_compile(connection, &frame);
	case COMMAND_PROBE:
		return run_probe(connection, &frame);
	default:
		write_error(connection, frame.request, ERROR_BAD_FRAME, EINVAL, "in this mode the second frame is RATE, CAPTURE, COMPILE or PROBE");
		return 1;
	}
}

int main(int argc, char **argv)
{
	const struct connection pipes = {STDIN_FILENO, STDOUT_FILENO};
	bool service = argc == 2 && strcmp(argv[1], "service") == 0;

	confine_start();
	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && strcmp(argv[1], "version") == 0) {
		printf("netsonde-helper protocol %d\n", NETSONDE_PROTOCOL);
		return 0;
	}
	if (argc > 2 || (argc == 2 && !service)) {
		fprintf(stderr, "usage: netsonde-helper [service | version]\n");
		return 2;
	}
	/* It was given rights by its file, or serves others: then nobody but root may be able to change the file. */
	if (!file_is_safe() && (getauxval(AT_SECURE) || service))
		return 3;
	return service ? run_service() : serve_connection(&pipes);
}

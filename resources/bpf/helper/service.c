// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/run/netsonde"
#define SOCKET FOLDER "/helper.sock"
#define GROUP "netsonde"
#define CONNECTIONS_MAX 32
/* A stream, four captures, and what counts or probes beside them: one user does not keep the others out. */
#define CONNECTIONS_OF_A_USER_MAX 8

/* A connection is a process. */
struct client {
	pid_t pid; /* 0: free */
	uid_t uid;
};
static struct client clients[CONNECTIONS_MAX];

/* Members are looked up in the file, not through NSS: no library is loaded into a privileged process. (gid_t)-1: no such group. */
static gid_t find_group(const char *name)
{
	FILE *file = fopen("/etc/group", "re");
	gid_t found = (gid_t)-1;
	char *line = NULL;
	size_t room = 0, length = strlen(name);

	while (file && getline(&line, &room, file) > 0) {
		char *id;

		if (strncmp(line, name, length) || line[length] != ':')
			continue;
		id = strchr(line + length + 1, ':');
		if (id)
			found = strtoul(id + 1, NULL, 10);
		break;
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

static void forget_client(pid_t pid)
{
	for (int i = 0; i < CONNECTIONS_MAX; i++) {
		if (clients[i].pid == pid)
			clients[i].pid = 0;
	}
}

/* NULL: there is a place for that user at *client. */
static const char *what_is_full(uid_t uid, struct client **client)
{
	int own = 0;

	*client = NULL;
	for (int i = 0; i < CONNECTIONS_MAX; i++) {
		if (!clients[i].pid)
			*client = &clients[i];
		else if (clients[i].uid == uid)
			own++;
	}
	if (!*client)
		return "the helper already serves 32 connections";
	return own >= CONNECTIONS_OF_A_USER_MAX ? "the helper already serves 8 connections of this user" : NULL;
}

/* By the kernel's word for who connected: never by a pid, which may be another process by now. */
static bool may_connect(int socket, gid_t group, uid_t *uid)
{
	struct ucred peer;
	gid_t groups[256];
	socklen_t length = sizeof(peer);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length))
		return false;
	*uid = peer.uid;
	if (peer.uid == 0 || peer.gid == group)
		return true;
	length = sizeof(groups);
	if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &length))
		return false;
	for (size_t i = 0; i < length / sizeof(gid_t); i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

static int listen_on_socket(gid_t group)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || (mkdir(FOLDER, 0750) && errno != EEXIST))
		return -errno;
	if (chown(FOLDER, 0, group) || chmod(FOLDER, 0750))
		return -errno;
	unlink(SOCKET); /* of a service that was killed; the folder belongs to root */
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	if (chown(SOCKET, 0, group) || chmod(SOCKET, 0660) || listen(listener, 16))
		return -errno;
	return listener;
}

static void refuse(int socket, int error, const char *text)
{
	const struct connection connection = {socket, socket};

	write_error(&connection, 0, ERROR_REFUSED, error, text);
	close(socket);
}

static volatile sig_atomic_t ending;

static void end(int signal)
{
	ending = signal == SIGTERM || signal == SIGINT ? 1 : ending;
}

int run_service(void)
{
	const gid_t group = find_group(GROUP);
	const struct sigaction on_end = {.sa_handler = end}; /* no SA_RESTART: accept() returns */
	int listener;

	if (getuid() != 0) {
		fprintf(stderr, "netsonde-helper: the service is started by root\n");
		return 3;
	}
	if (group == (gid_t)-1) {
		fprintf(stderr, "netsonde-helper: there is no group %s: groupadd --system %s\n", GROUP, GROUP);
		return 3;
	}
	listener = listen_on_socket(group);
	if (listener < 0) {
		fprintf(stderr, "netsonde-helper: %s: %s\n", SOCKET, strerror(-listener));
		return 1;
	}
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	sigaction(SIGCHLD, &on_end, NULL); /* a connection ended: accept() returns, and its process is reaped */
	fprintf(stderr, "netsonde-helper: listening on %s for the group %s\n", SOCKET, GROUP);
	while (!ending) {
		int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		struct client *client;
		const char *full;
		pid_t ended, pid;
		uid_t uid;

		while ((ended = waitpid(-1, NULL, WNOHANG)) > 0)
			forget_client(ended);
		if (socket < 0)
			continue;
		if (!may_connect(socket, group, &uid)) {
			refuse(socket, EACCES, "only root and members of the group netsonde may use the helper");
			continue;
		}
		full = what_is_full(uid, &client);
		if (full) {
			refuse(socket, EBUSY, full);
			continue;
		}
		pid = fork();
		switch (pid) {
		case -1:
			refuse(socket, errno, "the helper could not start a process");
			break;
		case 0: {
			const struct connection connection = {socket, socket};

			close(listener);
			signal(SIGTERM, SIG_DFL);
			signal(SIGINT, SIG_DFL);
			signal(SIGCHLD, SIG_DFL);
			prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives the service */
			_exit(serve_connection(&connection));
		}
		default:
			*client = (struct client){pid, uid};
			close(socket);
		}
	}
	unlink(SOCKET);
	rmdir(FOLDER);
	return 0;
}

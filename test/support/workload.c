/*
 * Traffic of exactly known size, for the integration tests: no protocol of its own adds bytes, and the name of the process is
 * that of the file it is copied to. Prints what it did and exits; a server prints "ready" first and ends by SIGTERM.
 *
 *   workload tcp-serve PORT               counts what it receives, both families
 *   workload tcp-send HOST PORT BYTES [CONNECTIONS]
 *   workload udp-serve PORT
 *   workload udp-send HOST PORT BYTES SIZE [SOCKETS]
 *   workload hold HOST PORT               connects and keeps the connection
 *   workload connect HOST PORT [COUNT]    one connect() after the other, closed at once; prints errno of each
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char block[65536];

static struct addrinfo *find(const char *host, const char *port, int type)
{
	struct addrinfo hints = {.ai_socktype = type, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found = NULL;

	if (getaddrinfo(host, port, &hints, &found)) {
		fprintf(stderr, "bad address %s %s\n", host, port);
		exit(2);
	}
	return found;
}

static int serve(const char *port, int type)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(port))};
	struct pollfd sockets[1024] = {{0}};
	int count = 1, room = 64 << 20;
	long long received = 0;

	sockets[0].fd = socket(AF_INET6, type, 0);
	sockets[0].events = POLLIN;
	setsockopt(sockets[0].fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (type == SOCK_DGRAM)
		setsockopt(sockets[0].fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(sockets[0].fd, (struct sockaddr *)&any, sizeof(any)) || (type == SOCK_STREAM && listen(sockets[0].fd, 1024))) {
		perror("bind");
		return 1;
	}
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		if (poll(sockets, count, -1) < 0)
			return 1;
		for (int i = 0; i < count; i++) {
			if (!sockets[i].revents)
				continue;
			if (i == 0 && type == SOCK_STREAM) {
				if (count < 1024) {
					sockets[count].fd = accept(sockets[0].fd, NULL, NULL);
					sockets[count++].events = POLLIN;
				}
				continue;
			}
			ssize_t got = recv(sockets[i].fd, block, sizeof(block), 0);

			if (got > 0) {
				received += got;
			} else if (i > 0) {
				close(sockets[i].fd);
				sockets[i--] = sockets[--count];
			}
		}
	}
}

static int send_tcp(const char *host, const char *port, long long bytes, int connections)
{
	struct addrinfo *to = find(host, port, SOCK_STREAM);

	for (int i = 0; i < connections; i++) {
		int fd = socket(to->ai_family, SOCK_STREAM, 0);
		long long left = bytes;

		if (connect(fd, to->ai_addr, to->ai_addrlen)) {
			perror("connect");
			return 1;
		}
		while (left > 0) {
			ssize_t sent = send(fd, block, left < (long long)sizeof(block) ? left : (long long)sizeof(block), 0);

			if (sent <= 0)
				return 1;
			left -= sent;
		}
		shutdown(fd, SHUT_WR);
		while (recv(fd, block, sizeof(block), 0) > 0)
			;
		close(fd);
	}
	printf("sent %lld\n", bytes * connections);
	return 0;
}

static int send_udp(const char *host, const char *port, long long bytes, int size, int sockets)
{
	struct addrinfo *to = find(host, port, SOCK_DGRAM);

	for (int i = 0; i < sockets; i++) {
		int fd = socket(to->ai_family, SOCK_DGRAM, 0);

		for (long long left = bytes; left > 0; left -= size) {
			int length = left < size ? left : size;

			while (sendto(fd, block, length, 0, to->ai_addr, to->ai_addrlen) != length) {
				if (errno != ENOBUFS && errno != EAGAIN)
					return 1;
			}
		}
		close(fd);
	}
	printf("sent %lld\n", bytes * sockets);
	return 0;
}

static int hold(const char *host, const char *port)
{
	struct addrinfo *to = find(host, port, SOCK_STREAM);
	int fd = socket(to->ai_family, SOCK_STREAM, 0);

	if (connect(fd, to->ai_addr, to->ai_addrlen)) {
		perror("connect");
		return 1;
	}
	printf("connected\n");
	fflush(stdout);
	return pause();
}

static int connect_all(const char *host, const char *port, int count)
{
	struct addrinfo *to = find(host, port, SOCK_STREAM);

	for (int i = 0; i < count; i++) {
		int fd = socket(to->ai_family, SOCK_STREAM, 0);
		int failed = connect(fd, to->ai_addr, to->ai_addrlen);

		printf("%d\n", failed ? errno : 0);
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	signal(SIGPIPE, SIG_IGN);
	if (strcmp(what, "tcp-serve") == 0)
		return serve(argv[2], SOCK_STREAM);
	if (strcmp(what, "udp-serve") == 0)
		return serve(argv[2], SOCK_DGRAM);
	if (strcmp(what, "tcp-send") == 0 && argc >= 5)
		return send_tcp(argv[2], argv[3], atoll(argv[4]), argc > 5 ? atoi(argv[5]) : 1);
	if (strcmp(what, "udp-send") == 0 && argc >= 6)
		return send_udp(argv[2], argv[3], atoll(argv[4]), atoi(argv[5]), argc > 6 ? atoi(argv[6]) : 1);
	if (strcmp(what, "hold") == 0 && argc >= 4)
		return hold(argv[2], argv[3]);
	if (strcmp(what, "connect") == 0 && argc >= 4)
		return connect_all(argv[2], argv[3], argc > 4 ? atoi(argv[4]) : 1);
	fprintf(stderr, "usage: see the head of workload.c\n");
	return 2;
}

/*
 * Sends datagrams to port 9 of loopback for some seconds, as fast as it can.
 * Prints how many. udp-flood SECONDS THREADS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32

static atomic_bool ended;
static atomic_llong sent;

static void *flood(void *unused)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct iovec payload = {.iov_base = "x", .iov_len = 1};
	struct mmsghdr datagrams[BATCH] = {{{0}}};
	long long own = 0;

	for (int i = 0; i < BATCH; i++)
		datagrams[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &payload, .msg_iovlen = 1};
	while (!ended) {
		int count = sendmmsg(fd, datagrams, BATCH, 0);

		own += count > 0 ? count : 0;
	}
	sent += own;
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t threads[16];
	int count = argc > 2 ? atoi(argv[2]) : 1;

	for (int i = 0; i < count && i < 16; i++)
		pthread_create(&threads[i], NULL, flood, NULL);
	sleep(argc > 1 ? atoi(argv[1]) : 1);
	ended = true;
	for (int i = 0; i < count && i < 16; i++)
		pthread_join(threads[i], NULL);
	printf("%lld\n", (long long)sent);
	return 0;
}

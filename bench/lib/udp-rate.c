/*
 * Sends a number of datagrams at an even rate over 16 flows, in sizes as the internet has them: of 12 frames
 * 7 of 64 bytes, 4 of 570, 1 of 1,514. Prints how many were sent and the milliseconds it took.
 * udp-rate ADDRESS PORT COUNT PER_SECOND
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define FLOWS 16
#define BATCH 64
#define HEADERS 42 /* Ethernet, IPv4, UDP */
#define TICK_NS 500000L

static const int FRAMES[12] = {64, 570, 64, 64, 570, 64, 1514, 64, 570, 64, 64, 570};

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
	static char payload[1514];
	struct iovec pieces[BATCH];
	struct mmsghdr datagrams[BATCH] = {{{0}}};
	struct sockaddr_in to = {.sin_family = AF_INET};
	int flows[FLOWS];
	long long count, rate, sent = 0, started;

	if (argc != 5 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons(atoi(argv[2]));
	count = atoll(argv[3]);
	rate = atoll(argv[4]);
	for (int i = 0; i < FLOWS; i++) {
		flows[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (flows[i] < 0 || connect(flows[i], (struct sockaddr *)&to, sizeof(to)))
			return 1;
	}
	for (int i = 0; i < BATCH; i++)
		datagrams[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
	started = now_ns();
	for (long long tick = 1; sent < count; tick++) {
		long long due = rate * tick * TICK_NS / 1000000000LL;
		long long wake = started + tick * TICK_NS;
		struct timespec until = {.tv_sec = wake / 1000000000LL, .tv_nsec = wake % 1000000000LL};

		if (due > count)
			due = count;
		while (sent < due) {
			int wanted = due - sent < BATCH ? (int)(due - sent) : BATCH;
			int done;

			for (int i = 0; i < wanted; i++)
				pieces[i] = (struct iovec){.iov_base = payload, .iov_len = FRAMES[(sent + i) % 12] - HEADERS};
			done = sendmmsg(flows[sent / BATCH % FLOWS], datagrams, wanted, 0);
			if (done <= 0)
				return 1;
			sent += done;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	}
	printf("%lld %lld\n", sent, (now_ns() - started) / 1000000);
	return 0;
}

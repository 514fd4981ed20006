// SPDX-License-Identifier: MIT
#include "frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* 1: all of it; 0: end of file before or in the middle */
static int read_all(int fd, void *to, size_t length)
{
	uint8_t *at = to;

	while (length) {
		ssize_t got = read(fd, at, length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		at += got;
		length -= got;
	}
	return 1;
}

int read_frame(const struct connection *connection, struct frame *frame)
{
	uint8_t header[FRAME_HEADER];

	if (!read_all(connection->in, header, sizeof(header)))
		return 0;
	memcpy(&frame->length, header, 4);
	memcpy(&frame->type, header + 4, 2);
	memcpy(&frame->request, header + 6, 2);
	if (frame->length > FRAME_MAX) {
		write_error(connection, frame->request, ERROR_BAD_FRAME, EMSGSIZE, "a frame holds at most 65536 bytes");
		return -1;
	}
	return read_all(connection->in, frame->payload, frame->length);
}

void write_frame(const struct connection *connection, uint16_t type, uint16_t request, const void *payload, size_t length)
{
	uint32_t size = length;
	uint8_t header[FRAME_HEADER];
	struct iovec parts[2] = {{header, sizeof(header)}, {(void *)payload, length}};
	struct iovec *part = parts;
	int left = length ? 2 : 1;

	memcpy(header, &size, 4);
	memcpy(header + 4, &type, 2);
	memcpy(header + 6, &request, 2);
	while (left) {
		ssize_t wrote = writev(connection->out, part, left);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			_exit(0); /* nobody reads any more: links go with the process */
		while (left && (size_t)wrote >= part->iov_len) {
			wrote -= part->iov_len;
			part++;
			left--;
		}
		if (left) {
			part->iov_base = (uint8_t *)part->iov_base + wrote;
			part->iov_len -= wrote;
		}
	}
}

void write_error(const struct connection *connection, uint16_t request, enum error_code code, int error, const char *text)
{
	uint8_t payload[8 + 256];
	uint32_t numbers[2] = {code, error};
	size_t length = strnlen(text, 256);

	memcpy(payload, numbers, 8);
	memcpy(payload + 8, text, length);
	write_frame(connection, REPLY_ERROR, request, payload, 8 + length);
}

void batch_begin(struct batch *batch, const struct connection *connection, uint16_t type, uint16_t request)
{
	batch->connection = connection;
	batch->type = type;
	batch->request = request;
	batch->records = 0;
	batch->length = 0;
}

void batch_add(struct batch *batch, const void *record, size_t size)
{
	if (batch->length + size > FRAME_MAX)
		batch_flush(batch);
	memcpy(batch->payload + batch->length, record, size);
	batch->length += size;
	batch->records++;
}

void batch_flush(struct batch *batch)
{
	if (batch->length)
		write_frame(batch->connection, batch->type, batch->request, batch->payload, batch->length);
	batch->length = 0;
}

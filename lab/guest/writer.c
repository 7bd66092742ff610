/*
 * The guest's only work: numbered records, each synced to the disk and only then acknowledged by UDP.
 * Whether an acknowledged write was lost can so be decided afterwards, from the sink's log and the disk image alone.
 *
 * usage: writer DISK START LENGTH SINK PORT MAC
 *
 * The region of the disk that starts at byte START, LENGTH bytes long or up to the disk's end, is a ring of 4 KiB blocks:
 * record n (1, 2, ...) lies in block (n - 1) modulo the number of blocks. gfs2lab/guest/disk.py reads the same format.
 *
 * datagrams: "MAC number boot"               the record is on the disk
 *            "MAC number boot error ERRNO"   its write (or, with number 0, an open or read before the first write) failed
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096
#define WORDS (BLOCK / 8)
#define PERIOD_NS 200000000 /* five records per second */

/* Little endian, as the guest is. The checksum is zlib's CRC-32 of the whole block, itself taken as 0. */
struct record {
	char magic[8];
	uint64_t number;
	uint64_t boot;
	uint64_t monotonic_ns; /* since the guest's start */
	uint64_t checksum;
	uint64_t fill[WORDS - 5]; /* the word at index i of the block is number << 16 | i: a foreign part shows whose it is */
};

_Static_assert(sizeof(struct record) == BLOCK, "a record is one block");

static const char MAGIC[8] = "GFS2LAB1";

static int disk = -1;
static off_t start;
static uint64_t capacity;     /* blocks in the ring */
static struct record *record; /* the one buffer, aligned for O_DIRECT */

static int sink = -1;
static struct sockaddr_in sink_address = { .sin_family = AF_INET };
static const char *mac;

static uint64_t crc32(const void *data, size_t length)
{
	const unsigned char *byte = data;
	uint32_t crc = ~0u;

	while (length--) {
		crc ^= *byte++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return (uint32_t)~crc;
}

static struct timespec now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time;
}

static void report(uint64_t number, uint64_t boot, int error)
{
	char message[128];
	int length = snprintf(message, sizeof message, "%s %lu %lu", mac, number, boot);

	if (error) {
		length += snprintf(message + length, sizeof message - length, " error %d", error);
		printf("error: record %lu of boot %lu: %s\n", number, boot, strerror(error));
	}
	/* A lost datagram is the network's affair, not the disk's: the next one tells that this record is written too. */
	sendto(sink, message, length, MSG_DONTWAIT, (struct sockaddr *)&sink_address, sizeof sink_address);
}

/* An error before the first write: reported; init starts the writer again. */
static void fail(void)
{
	report(0, 0, errno);
	exit(1);
}

static off_t offset_of(uint64_t block)
{
	return start + (off_t)(block * BLOCK);
}

/* The number of the record in a block of the ring, which is then in the buffer; 0 if there is no whole one. */
static uint64_t number_in(uint64_t block)
{
	ssize_t got = pread(disk, record, BLOCK, offset_of(block));
	uint64_t checksum = record->checksum;

	if (got != BLOCK) {
		errno = got < 0 ? errno : EIO;
		fail();
	}
	record->checksum = 0;
	if (memcmp(record->magic, MAGIC, sizeof MAGIC) || checksum != crc32(record, BLOCK))
		return 0;
	return (record->number - 1) % capacity == block ? record->number : 0;
}

/*
 * The last record's number, 0 on an empty disk; the record is left in the buffer. From the ring's first block on, numbers count
 * up by one to the last record; behind it come older records or nothing. Where they stop counting is found by bisection.
 */
static uint64_t find_last(void)
{
	uint64_t first = number_in(0), counting = 0, beyond = capacity;

	if (!first) /* nothing yet, or torn while the ring began anew */
		return number_in(capacity - 1);
	while (beyond - counting > 1) {
		uint64_t middle = counting + (beyond - counting) / 2;

		if (number_in(middle) == first + middle)
			counting = middle;
		else
			beyond = middle;
	}
	return number_in(counting);
}

static int write_record(uint64_t number, uint64_t boot)
{
	struct timespec time = now();
	uint64_t *words = (uint64_t *)record;
	ssize_t written;

	for (uint64_t i = 0; i < WORDS; i++)
		words[i] = number << 16 | i;
	memcpy(record->magic, MAGIC, sizeof MAGIC);
	record->number = number;
	record->boot = boot;
	record->monotonic_ns = time.tv_sec * 1000000000ull + time.tv_nsec;
	record->checksum = 0;
	record->checksum = crc32(record, BLOCK);
	written = pwrite(disk, record, BLOCK, offset_of((number - 1) % capacity));
	return written == BLOCK ? 0 : written < 0 ? errno : EIO;
}

static void open_disk(const char *path, uint64_t length)
{
	uint64_t size;

	disk = open(path, O_RDWR | O_DIRECT | O_DSYNC);
	if (disk < 0 || ioctl(disk, BLKGETSIZE64, &size))
		fail();
	if (size < (uint64_t)start + BLOCK) {
		errno = ENOSPC;
		fail();
	}
	if (length > size - start)
		length = size - start;
	capacity = length / BLOCK;
	errno = posix_memalign((void **)&record, BLOCK, BLOCK);
	if (errno)
		fail();
}

int main(int count, char **argument)
{
	uint64_t number, boot;

	if (count != 7) {
		fprintf(stderr, "usage: writer DISK START LENGTH SINK PORT MAC\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	start = strtoll(argument[2], NULL, 10);
	sink = socket(AF_INET, SOCK_DGRAM, 0);
	inet_aton(argument[4], &sink_address.sin_addr);
	sink_address.sin_port = htons(atoi(argument[5]));
	mac = argument[6];
	open_disk(argument[1], strtoull(argument[3], NULL, 10));

	number = find_last();
	boot = number ? record->boot + 1 : 1;
	printf("boot %lu, last record %lu, %lu blocks\n", boot, number, capacity);
	for (;;) {
		struct timespec next = now();
		int error = write_record(number + 1, boot);

		report(number + 1, boot, error);
		if (!error)
			number++;
		/* After a stall the next record follows at once, but what was missed is not caught up with. */
		next.tv_nsec += PERIOD_NS;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}

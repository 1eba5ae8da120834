/* A disk that fails or stalls, for one file: preloaded (LD_PRELOAD) into the program that writes it.
 *
 * DISK_FAULT = "PATH-END AFTER ERROR COUNT STALL-MS": files whose path ends so; once this many bytes were written to them, this
 * many calls (-1: all) fail with this errno, 0 being none, after waiting so long. Reads and removal are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static char path_end[PATH_MAX];
static long after, left, stall_ms;
static int error;
static long long written;

__attribute__((constructor)) static void read_fault(void) {
    const char *fault = getenv("DISK_FAULT");
    if (!fault || sscanf(fault, "%4095s %ld %d %ld %ld", path_end, &after, &error, &left, &stall_ms) != 5)
        path_end[0] = 0;
}

static int is_target(int fd) {
    char link[64], path[PATH_MAX];
    if (!path_end[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t end = strlen(path_end);
    return length >= (ssize_t)end && !memcmp(path + length - end, path_end, end);
}

/* Whether this call fails. */
static int fails(int fd) {
    if (!is_target(fd) || written < after || !left)
        return 0;
    if (left > 0)
        left--;
    struct timespec wait = {stall_ms / 1000, stall_ms % 1000 * 1000000};
    nanosleep(&wait, NULL);
    errno = error;
    return error != 0;
}

static ssize_t count(int fd, ssize_t bytes) {
    if (bytes > 0 && is_target(fd))
        written += bytes;
    return bytes;
}

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
    if (fails(fd))
        return -1;
    return count(fd, REAL(write, ssize_t, int, const void *, size_t)(fd, bytes, size));
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    if (fails(fd))
        return -1;
    return count(fd, REAL(writev, ssize_t, int, const struct iovec *, int)(fd, parts, number));
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    if (fails(fd))
        return -1;
    return count(fd, REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t)(fd, bytes, size, at));
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return pwrite64(fd, bytes, size, at);
}

int ftruncate64(int fd, off64_t size) {
    return fails(fd) ? -1 : REAL(ftruncate64, int, int, off64_t)(fd, size);
}

int fdatasync(int fd) {
    return fails(fd) ? -1 : REAL(fdatasync, int, int)(fd);
}

int fsync(int fd) {
    return fails(fd) ? -1 : REAL(fsync, int, int)(fd);
}

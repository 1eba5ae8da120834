/*
 * Leaps of the system's clocks, which a test cannot make for the whole machine. It is preloaded between the program and the
 * C library.
 *
 *     cc -shared -fPIC -o clock.so clock.c
 *     LEAP_AFTER_MS=2000 SUSPENDED_MS=60000 LD_PRELOAD=./clock.so program
 *
 *     LEAP_AFTER_MS=n   when it happens, after the first reading of a clock
 *     SUSPENDED_MS=n    for how long the machine was suspended: CLOCK_MONOTONIC stands still
 *     SET_MS=n          how far the system's clock is set forward; negative if back
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long first; /* by CLOCK_MONOTONIC, in milliseconds */

static long long number(const char *name) {
    const char *text = getenv(name);
    return text ? atoll(text) : 0;
}

static void move(struct timespec *time, long long ms) {
    long long nanos = time->tv_nsec + ms % 1000 * 1000000;
    time->tv_sec += ms / 1000 + (nanos >= 1000000000) - (nanos < 0);
    time->tv_nsec = (nanos + 1000000000) % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    long long ms = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
    if (first == 0)
        first = ms;
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result != 0 || ms - first < number("LEAP_AFTER_MS"))
        return result;
    if (clock == CLOCK_BOOTTIME)
        move(time, number("SUSPENDED_MS"));
    if (clock == CLOCK_REALTIME)
        move(time, number("SUSPENDED_MS") + number("SET_MS"));
    return 0;
}

/*
 * An emulated Video4Linux camera for machines without one. It is preloaded between the program and the C library, so all
 * code above the kernel is the real one.
 *
 *     cc -shared -fPIC -o fake_camera.so fake_camera.c -ldl
 *     FAKE_CAMERA_DEV=folder LD_PRELOAD=./fake_camera.so program
 *
 * The program sees the files of `folder` as those of /dev: `video0` is the camera, `video1` the camera's metadata node. It
 * delivers YUYV and MJPEG, 320x240 and 640x480 pixels, 15 and 30 frames per second. The pixel at x of frame n has the luma
 * (x + 4n) mod 256 in every row, and no color; each MJPEG frame is the file FAKE_CAMERA_JPEG.
 *
 * Faults, all off if unset; times in milliseconds count from the start of the stream:
 *     FAKE_CAMERA_DENIED=1        the nodes may not be opened
 *     FAKE_CAMERA_BUSY=1          another program streams
 *     FAKE_CAMERA_LEFT=1          another program left it at 12.5 frames per second in the format YU12
 *     FAKE_CAMERA_SIZE=WxH        it delivers this size, whatever was requested
 *     FAKE_CAMERA_FULL=1          the USB bus has no bandwidth for uncompressed frames
 *     FAKE_CAMERA_DROP_EVERY=n    every n-th frame is lost
 *     FAKE_CAMERA_ERROR_EVERY=n   every n-th frame is marked as corrupt
 *     FAKE_CAMERA_FLOOD=1         the next frame is ready as soon as one was dequeued
 *     FAKE_CAMERA_UNPLUG_MS=n     the camera is unplugged
 *     FAKE_CAMERA_STALL_MS=n      no more frames, and no error
 *     FAKE_CAMERA_FAIL_MS=n       the stream fails once, and continues after a restart
 *     FAKE_CAMERA_STUCK=1         the stream cannot be stopped
 *     FAKE_CAMERA_AHEAD_MS=n      timestamps are this far in the future
 */
#define _GNU_SOURCE
#include "fake_camera_controls.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BUFFERS 4
#define MAX_FILES 1024

enum node { NONE, CAMERA, METADATA };

static enum node files[MAX_FILES];

static struct {
    int owner; /* descriptor that streams or has buffers, or -1 */
    unsigned width, height, fourcc, rate, numerator;
    unsigned buffer_size;
    unsigned char *memory;
    int streaming, queued, queue[BUFFERS];
    long long started; /* microseconds */
    unsigned next; /* number of the next frame */
    int failed;
} camera = {.owner = -1, .width = 640, .height = 480, .fourcc = V4L2_PIX_FMT_YUYV, .rate = 30, .numerator = 1};

static long setting(const char *name) {
    char variable[64];
    snprintf(variable, sizeof variable, "FAKE_CAMERA_%s", name);
    const char *value = getenv(variable);
    return value ? atol(value) : 0;
}

__attribute__((constructor)) static void leave(void) {
    if (!setting("LEFT")) return;
    camera.fourcc = V4L2_PIX_FMT_YUV420;
    camera.rate = 25;
    camera.numerator = 2;
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void *real(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

/* Maps a path of the program to one on this machine. */
static const char *place(const char *path, char *buffer, size_t size) {
    const char *folder = getenv("FAKE_CAMERA_DEV");
    if (!folder || !path) return path;
    if (strcmp(path, "/dev") == 0) return folder;
    if (strncmp(path, "/dev/video", 10) == 0) {
        snprintf(buffer, size, "%s/%s", folder, path + 5);
        return buffer;
    }
    return path;
}

DIR *opendir(const char *path) {
    DIR *(*next)(const char *) = real("opendir");
    char buffer[512];
    return next(place(path, buffer, sizeof buffer));
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *result) {
    int (*next)(int, const char *, int, unsigned, struct statx *) = real("statx");
    char buffer[512];
    return next(folder, place(path, buffer, sizeof buffer), flags, mask, result);
}

static int open_path(const char *path, int flags, int mode) {
    int (*next)(const char *, int, ...) = real("open64");
    enum node node = strcmp(path, "/dev/video0") == 0   ? CAMERA
                     : strcmp(path, "/dev/video1") == 0 ? METADATA
                                                        : NONE;
    if (node == NONE) return next(path, flags, mode);
    char buffer[512];
    if (access(place(path, buffer, sizeof buffer), F_OK) != 0) return fail(ENOENT);
    if (setting("DENIED")) return fail(EACCES);
    int file = memfd_create("fake camera", MFD_CLOEXEC);
    if (file >= 0 && file < MAX_FILES) files[file] = node;
    return file;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = va_arg(arguments, int);
    va_end(arguments);
    return open_path(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = va_arg(arguments, int);
    va_end(arguments);
    return open_path(path, flags, mode);
}

static void release(int file) {
    if (camera.owner != file) return;
    camera.owner = -1;
    camera.streaming = camera.queued = 0;
}

int close(int file) {
    int (*next)(int) = real("close");
    if (file >= 0 && file < MAX_FILES && files[file] != NONE) {
        release(file);
        files[file] = NONE;
    }
    return next(file);
}

static int elapsed(const char *name) {
    long millis = setting(name);
    return millis && camera.started && now() - camera.started > millis * 1000LL;
}

/* Returns the time of the next frame. */
static long long due(void) {
    long every = setting("DROP_EVERY");
    if (every && camera.next % every == (unsigned long)every - 1) camera.next++;
    return camera.started + (camera.next + 1) * 1000000LL / camera.rate;
}

static int failing(void) {
    return elapsed("FAIL_MS") && !camera.failed;
}

static int ready(void) {
    return camera.streaming && camera.queued && (setting("FLOOD") || now() >= due()) && !elapsed("STALL_MS");
}

int poll(struct pollfd *polled, nfds_t count, int millis) {
    int (*next)(struct pollfd *, nfds_t, int) = real("poll");
    int ours = count == 1 && polled->fd >= 0 && polled->fd < MAX_FILES && files[polled->fd] == CAMERA;
    if (!ours) return next(polled, count, millis);
    for (long long end = now() + millis * 1000LL;;) {
        polled->revents = elapsed("UNPLUG_MS") || failing() || !camera.streaming ? POLLERR : ready() ? POLLIN : 0;
        if (polled->revents) return 1;
        if (millis >= 0 && now() >= end) return 0;
        struct timespec moment = {0, 1000000};
        if (nanosleep(&moment, NULL) != 0) return -1;
    }
}

static int query_capability(enum node node, struct v4l2_capability *answer) {
    memset(answer, 0, sizeof *answer);
    strcpy((char *)answer->driver, "fake");
    strcpy((char *)answer->card, "Fake Camera: Fake Camera");
    strcpy((char *)answer->bus_info, "fake-0");
    answer->device_caps = V4L2_CAP_STREAMING | (node == CAMERA ? V4L2_CAP_VIDEO_CAPTURE : V4L2_CAP_META_CAPTURE);
    answer->capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_STREAMING | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_META_CAPTURE;
    return 0;
}

static int list_format(struct v4l2_fmtdesc *answer) {
    static const unsigned fourccs[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};
    if (answer->index >= LENGTH(fourccs)) return fail(EINVAL);
    answer->pixelformat = fourccs[answer->index];
    answer->flags = answer->index ? V4L2_FMT_FLAG_COMPRESSED : 0;
    strcpy((char *)answer->description, answer->index ? "Motion-JPEG" : "YUYV 4:2:2");
    return 0;
}

static int list_size(struct v4l2_frmsizeenum *answer) {
    static const unsigned sizes[][2] = {{320, 240}, {640, 480}};
    if (answer->index >= LENGTH(sizes)) return fail(EINVAL);
    answer->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    answer->discrete.width = sizes[answer->index][0];
    answer->discrete.height = sizes[answer->index][1];
    return 0;
}

static int list_interval(struct v4l2_frmivalenum *answer) {
    static const unsigned rates[] = {15, 30};
    if (answer->index >= LENGTH(rates)) return fail(EINVAL);
    answer->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    answer->discrete.numerator = 1;
    answer->discrete.denominator = rates[answer->index];
    return 0;
}

static void describe_format(struct v4l2_format *answer) {
    struct v4l2_pix_format *picture = &answer->fmt.pix;
    memset(picture, 0, sizeof *picture);
    picture->width = camera.width;
    picture->height = camera.height;
    picture->pixelformat = camera.fourcc;
    picture->field = V4L2_FIELD_NONE;
    picture->bytesperline = camera.fourcc == V4L2_PIX_FMT_YUYV ? camera.width * 2 : 0;
    picture->sizeimage = camera.width * camera.height * 2;
    picture->colorspace = V4L2_COLORSPACE_SRGB;
}

static int set_format(int file, struct v4l2_format *format) {
    if (setting("BUSY") || (camera.owner >= 0 && camera.owner != file)) return fail(EBUSY);
    const char *size = getenv("FAKE_CAMERA_SIZE");
    camera.width = format->fmt.pix.width;
    camera.height = format->fmt.pix.height;
    if (size) sscanf(size, "%ux%u", &camera.width, &camera.height);
    camera.fourcc = format->fmt.pix.pixelformat;
    describe_format(format);
    return 0;
}

static int exchange_rate(unsigned long request, struct v4l2_streamparm *parameters) {
    struct v4l2_fract *interval = &parameters->parm.capture.timeperframe;
    if (request == VIDIOC_S_PARM && interval->numerator) {
        camera.rate = interval->denominator / interval->numerator;
        camera.numerator = 1;
    }
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    interval->numerator = camera.numerator;
    interval->denominator = camera.rate;
    return 0;
}

static int request_buffers(int file, struct v4l2_requestbuffers *request) {
    if (camera.owner >= 0 && camera.owner != file) return fail(EBUSY);
    request->capabilities = V4L2_BUF_CAP_SUPPORTS_MMAP;
    if (request->count == 0) {
        release(file);
        return 0;
    }
    long page = sysconf(_SC_PAGESIZE);
    camera.buffer_size = (camera.width * camera.height * 2 + page - 1) / page * page;
    if (ftruncate(file, (long)camera.buffer_size * BUFFERS) != 0) return -1;
    camera.memory = mmap(NULL, (size_t)camera.buffer_size * BUFFERS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    camera.owner = file;
    camera.queued = 0;
    request->count = BUFFERS;
    return 0;
}

static int query_buffer(struct v4l2_buffer *buffer) {
    if (buffer->index >= BUFFERS) return fail(EINVAL);
    buffer->length = camera.buffer_size;
    buffer->m.offset = buffer->index * camera.buffer_size;
    return 0;
}

static int queue_buffer(struct v4l2_buffer *buffer) {
    if (buffer->index >= BUFFERS) return fail(EINVAL);
    for (int i = 0; i < camera.queued; i++)
        if (camera.queue[i] == (int)buffer->index) return fail(EINVAL);
    camera.queue[camera.queued++] = buffer->index;
    return 0;
}

/* Writes a frame. Returns its size in bytes. */
static unsigned paint(unsigned char *memory) {
    const char *path = getenv("FAKE_CAMERA_JPEG");
    if (camera.fourcc == V4L2_PIX_FMT_MJPEG && path) {
        FILE *file = fopen(path, "rb");
        size_t length = file ? fread(memory, 1, camera.buffer_size, file) : 0;
        if (file) fclose(file);
        return length;
    }
    for (unsigned pixel = 0; pixel < camera.width * camera.height; pixel++) {
        memory[2 * pixel] = pixel % camera.width + 4 * camera.next;
        memory[2 * pixel + 1] = 128;
    }
    return camera.width * camera.height * 2;
}

static int take_buffer(struct v4l2_buffer *buffer) {
    if (failing()) {
        camera.failed = 1;
        camera.streaming = 0;
        return fail(EIO);
    }
    if (!camera.streaming) return fail(EINVAL);
    if (!ready()) return fail(EAGAIN);
    /* Frames for which there was no buffer in time are lost. */
    while (now() - due() > BUFFERS * 1000000LL / camera.rate) camera.next++;
    long every = setting("ERROR_EVERY");
    int broken = every && camera.next % every == (unsigned long)every - 1;
    long long taken = due() + setting("AHEAD_MS") * 1000;
    buffer->index = camera.queue[0];
    memmove(camera.queue, camera.queue + 1, --camera.queued * sizeof camera.queue[0]);
    buffer->bytesused = paint(camera.memory + (size_t)buffer->index * camera.buffer_size);
    buffer->length = camera.buffer_size;
    buffer->timestamp.tv_sec = taken / 1000000;
    buffer->timestamp.tv_usec = taken % 1000000;
    buffer->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | (broken ? V4L2_BUF_FLAG_ERROR : 0);
    buffer->sequence = camera.next++;
    return 0;
}

static int start(void) {
    if (setting("FULL") && camera.fourcc == V4L2_PIX_FMT_YUYV) return fail(ENOSPC);
    camera.streaming = 1;
    camera.next = 0;
    camera.started = now();
    return 0;
}

static int stop(void) {
    if (setting("STUCK")) return fail(EIO);
    camera.streaming = camera.queued = 0;
    return 0;
}

static int answer(int file, unsigned long request, void *argument) {
    if (elapsed("UNPLUG_MS")) return fail(ENODEV);
    if (request == VIDIOC_QUERYCAP) return query_capability(files[file], argument);
    if (files[file] != CAMERA) return fail(ENOTTY);
    switch (request) {
    case VIDIOC_ENUM_FMT: return list_format(argument);
    case VIDIOC_ENUM_FRAMESIZES: return list_size(argument);
    case VIDIOC_ENUM_FRAMEINTERVALS: return list_interval(argument);
    case VIDIOC_G_FMT: describe_format(argument); return 0;
    case VIDIOC_S_FMT: return set_format(file, argument);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: return exchange_rate(request, argument);
    case VIDIOC_REQBUFS: return request_buffers(file, argument);
    case VIDIOC_QUERYBUF: return query_buffer(argument);
    case VIDIOC_QBUF: return queue_buffer(argument);
    case VIDIOC_DQBUF: return take_buffer(argument);
    case VIDIOC_STREAMON: return start();
    case VIDIOC_STREAMOFF: return stop();
    case VIDIOC_QUERY_EXT_CTRL: return describe_control(argument);
    case VIDIOC_QUERYMENU: return describe_menu(argument);
    case VIDIOC_G_CTRL:
    case VIDIOC_S_CTRL:
    case VIDIOC_G_EXT_CTRLS:
    case VIDIOC_S_EXT_CTRLS: return exchange_control(request, argument);
    default: return fail(ENOTTY);
    }
}

long syscall(long number, ...) {
    long (*next)(long, ...) = real("syscall");
    va_list arguments;
    va_start(arguments, number);
    long a[6];
    for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
    va_end(arguments);
    int ours = number == SYS_ioctl && a[0] >= 0 && a[0] < MAX_FILES && files[a[0]] != NONE;
    return ours ? answer(a[0], (unsigned long)a[1], (void *)a[2]) : next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int ioctl(int file, unsigned long request, ...) {
    int (*next)(int, unsigned long, ...) = real("ioctl");
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    int ours = file >= 0 && file < MAX_FILES && files[file] != NONE;
    return ours ? answer(file, request, argument) : next(file, request, argument);
}

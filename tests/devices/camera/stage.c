/*
 * The scene in front of the camera and the microphone of the virtual machine.
 *
 *     stage now                       the time, in milliseconds since 1970
 *     stage clap CAMERA PCM SECONDS   a clap at each whole second: 0.4 s of a tone of 1000 Hz from PCM, and as long as it
 *                                     is heard, the camera's picture is bright
 */
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

/* Low, as floating point is slow in the emulation. */
#define RATE 16000
#define PERIOD (RATE / 1000)
#define LOUD (RATE * 2 / 5)
#define BLOCK (RATE / 100)
/* Length of the playback buffer; large, for a busy machine. */
#define BUFFER_MICROSECONDS 300000

static int fail(const char *what) {
    fprintf(stderr, "stage: %s\n", what);
    return 1;
}

static int now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    printf("%lld\n", time.tv_sec * 1000LL + time.tv_nsec / 1000000);
    return 0;
}

/* The tone restarts at each second; the first second is silent. */
static void sound(short *samples, long from) {
    static short wave[PERIOD];
    if (wave[1] == 0)
        for (int i = 0; i < PERIOD; i++) wave[i] = 16384 * sin(2 * M_PI * i / PERIOD);
    for (long i = 0; i < BLOCK; i++) {
        long at = from + i;
        int loud = at >= RATE && at % RATE < LOUD;
        samples[i] = loud ? wave[at % PERIOD] : 0;
    }
}

static int light(int camera, int bright) {
    struct v4l2_control brightness = {.id = V4L2_CID_BRIGHTNESS, .value = bright ? 255 : 0};
    return ioctl(camera, VIDIOC_S_CTRL, &brightness);
}

/* A clap is at the time when the sound is played, not when it is written. */
static int clap(const char *path, const char *name, long seconds) {
    short samples[BLOCK];
    snd_pcm_t *pcm;
    int camera = open(path, O_RDWR);
    if (camera < 0) return fail("no camera");
    if (snd_pcm_open(&pcm, name, SND_PCM_STREAM_PLAYBACK, 0) < 0) return fail("no sound");
    if (snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 1, RATE, 0,
                           BUFFER_MICROSECONDS) < 0)
        return fail("the audio format is not supported");
    int bright = 0, stumbles = 0;
    light(camera, bright);
    for (long written = 0, played = 0; played < seconds * RATE;) {
        snd_pcm_sframes_t room = snd_pcm_avail(pcm), waiting = 0;
        if (room >= BLOCK) {
            sound(samples, written);
            room = snd_pcm_writei(pcm, samples, BLOCK);
            if (room > 0) written += room;
        }
        if (room < 0) {
            stumbles++;
            if (snd_pcm_recover(pcm, room, 1) < 0) return fail("playback failed");
            continue;
        }
        if (room >= BLOCK) continue;
        snd_pcm_delay(pcm, &waiting);
        played = written - waiting;
        int loud = played >= RATE && played % RATE < LOUD;
        if (loud != bright && light(camera, bright = loud) != 0) return fail("the brightness cannot be set");
        struct timespec moment = {0, 8000000};
        nanosleep(&moment, NULL);
    }
    snd_pcm_drop(pcm);
    printf("stumbled %d times\n", stumbles);
    return 0;
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "now") == 0) return now();
    if (count == 5 && strcmp(words[1], "clap") == 0) return clap(words[2], words[3], atol(words[4]));
    return fail("usage: stage now | stage clap CAMERA PCM SECONDS");
}

"""The command line of each program for each job, set to the same work."""
import shutil

from clips import HEIGHT, RATE, SAMPLE_RATE, WIDTH

VIDEO_BITS, AUDIO_BITS = 2_500_000, 128_000
KEY_FRAMES = 2 * RATE
# Each codec's speed and threads; VP9 and AV1 in two columns of tiles.
SPEEDS = {"vp8": 8, "vp9": 8, "av1": 9}
THREADS = {"vp8": 1, "vp9": 2, "av1": 2}
# What mediarec switches off in libaom, by libaom's names.
AV1_CHEAP = ("cpu-used=9:deltaq-mode=0:cdf-update-mode=1:coeff-cost-upd-freq=3:mode-cost-upd-freq=3:mv-cost-upd-freq=3:"
             "enable-order-hint=0:enable-tpl-model=0:enable-obmc=0:enable-global-motion=0:enable-warped-motion=0:"
             "enable-ref-frame-mvs=0:enable-palette=0:enable-intrabc=0:enable-cfl-intra=0:enable-smooth-intra=0:"
             "enable-angle-delta=0:enable-filter-intra=0:enable-dual-filter=0:enable-restoration=0:"
             "enable-interintra-comp=0:enable-masked-comp=0")


class Mediarec:
    """What all the others are compared with."""

    name = "mediarec"

    def __init__(self, binary, codec="vp8", jobs=None):
        self.binary, self.codec = str(binary), codec
        # Several encoders, as by default, have the number of threads that suits them.
        self.division = ["--threads", str(THREADS[codec]), "--jobs", str(jobs)] if jobs else []
        if jobs:
            self.name = f"mediarec --jobs {jobs}"

    def missing(self):
        return None if shutil.which(self.binary) else self.binary

    def _record(self, sources, output, eager, video_bits=VIDEO_BITS):
        slices = ["--timeslice", "0"] if eager else []
        return [self.binary, "record", *sources, "--mime", f"video/webm;codecs={self.codec},opus",
                "--video-bitrate", f"{video_bits // 1000}k", "--audio-bitrate", f"{AUDIO_BITS // 1000}k",
                "--speed", str(SPEEDS[self.codec]), *self.division,
                "--keyframe-interval", f"{KEY_FRAMES}f", "-q", *slices, "-o", str(output), "--force"]

    def files(self, video, audio, output):
        return self._record(self._inputs(video, audio), output, eager=False)

    def live(self, output, seconds=None, eager=False):
        length = ["--duration", f"{seconds}s"] if seconds else []
        # 1280×720 at 30 is what it asks a camera for by itself.
        return self._record(["--fake-devices", *length], output, eager)

    def pipes(self, video, audio, output, eager):
        return self._record(self._inputs(video, audio), output, eager)

    def tracks(self, sounds, output):
        """Audio files, each to a track."""
        inputs = [part for path in sounds for part in ("--input", str(path))]
        return [self.binary, "record", *inputs, "-q", "-o", str(output), "--force"]

    def audio_of(self, seconds, output):
        """So much audio of a fake microphone, as fast as it goes."""
        return [self.binary, "record", "--fake-devices=unpaced", "--no-video", "--duration", f"{seconds}s", "-q",
                "-o", str(output), "--force"]

    def only_video(self, video, output, video_bits):
        return self._record(self._inputs(video, None), output, False, video_bits)

    @staticmethod
    def _inputs(video, audio):
        return [part for path in (video, audio) if path for part in ("--input", str(path))]


class Ffmpeg:
    """Constant bit rate is what ffmpeg calls equal minimum and maximum."""

    name = "ffmpeg"

    def __init__(self, codec="vp8"):
        self.video = [*self.CODERS[codec], "-threads", str(THREADS[codec]), *self.RATE_CONTROL]

    def missing(self):
        return None if shutil.which("ffmpeg") else "ffmpeg"

    CODERS = {
        "vp8": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "-8", "-auto-alt-ref", "0",
                "-static-thresh", "1"],
        "vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0",
                "-static-thresh", "1", "-row-mt", "1", "-tile-columns", "1", "-aq-mode", "3"],
        "av1": ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-row-mt", "1", "-tile-columns", "1",
                "-aq-mode", "3", "-aom-params", AV1_CHEAP],
    }
    RATE_CONTROL = ["-b:v", str(VIDEO_BITS), "-minrate", str(VIDEO_BITS), "-maxrate", str(VIDEO_BITS),
                    "-bufsize", str(VIDEO_BITS), "-rc_init_occupancy", str(VIDEO_BITS // 2), "-qmin", "4",
                    "-qmax", "63", "-undershoot-pct", "100", "-overshoot-pct", "15", "-lag-in-frames", "0",
                    "-g", str(KEY_FRAMES), "-keyint_min", str(KEY_FRAMES)]
    AUDIO = ["-c:a", "libopus", "-b:a", str(AUDIO_BITS), "-vbr", "on"]
    # Found by trying: a cluster a packet, nothing held back before or behind.
    EAGER_INPUT = ["-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"]
    EAGER_OUTPUT = ["-flush_packets", "1", "-cluster_time_limit", "1"]

    def _record(self, inputs, output, eager, coders):
        target = ["pipe:1"] if str(output) == "-" else [str(output)]
        return ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *coders,
                *(self.EAGER_OUTPUT if eager else []), "-f", "webm", *target]

    def files(self, video, audio, output):
        return self._record(["-i", str(video), "-i", str(audio)], output, False, self.video + self.AUDIO)

    def live(self, output, seconds=None, eager=False):
        early = self.EAGER_INPUT if eager else []
        length = ["-t", str(seconds)] if seconds else []
        inputs = ["-re", *early, "-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate={RATE},format=yuv420p",
                  "-re", *early, "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={SAMPLE_RATE},aformat=channel_layouts=stereo"]
        return self._record(inputs + length, output, eager, self.video + self.AUDIO)

    def pipes(self, video, audio, output, eager):
        early = self.EAGER_INPUT if eager else []
        inputs = [part for path in (video, audio) if path for part in (*early, "-i", str(path))]
        return self._record(inputs, output, eager, (self.video if video else []) + self.AUDIO)


class Gstreamer:
    """gst-launch-1.0 with the elements of the good and base plugins."""

    name = "GStreamer"

    def __init__(self, codec="vp8"):
        self.video = f"{self.CODERS[codec]} ! queue ! mux."

    def missing(self):
        return None if shutil.which("gst-launch-1.0") else "gst-launch-1.0"

    # What vp8enc and vp9enc have in common.
    VPX = (f"deadline=1 target-bitrate={VIDEO_BITS} end-usage=cbr min-quantizer=4 max-quantizer=63 undershoot=100 "
           "overshoot=15 buffer-size=1000 buffer-initial-size=500 buffer-optimal-size=600 lag-in-frames=0 "
           f"static-threshold=1 keyframe-mode=disabled keyframe-max-dist={KEY_FRAMES}")
    CODERS = {
        "vp8": f"vp8enc cpu-used=-8 threads=1 {VPX}",
        "vp9": f"vp9enc cpu-used=8 threads=2 row-mt=true tile-columns=1 aq-mode=cyclic-refresh {VPX}",
        # av1enc has no properties for the tools that mediarec switches off.
        "av1": ("av1enc usage-profile=realtime cpu-used=9 threads=2 row-mt=true tile-columns=1 "
                f"target-bitrate={VIDEO_BITS // 1000} end-usage=cbr min-quantizer=4 max-quantizer=63 lag-in-frames=0 "
                f"buf-sz=1000 buf-initial-sz=600 buf-optimal-sz=600 keyframe-max-dist={KEY_FRAMES} ! av1parse"),
    }
    AUDIO = f"audioconvert ! opusenc bitrate={AUDIO_BITS} bitrate-type=vbr ! queue ! mux."

    @staticmethod
    def _record(branches, output, eager):
        pipe = str(output) == "-"
        sink = "fdsink fd=1" if pipe else f"filesink location={output}"
        if eager and not pipe:
            sink += " buffer-mode=unbuffered"
        mux = "webmmux name=mux streamable=true" if pipe else "webmmux name=mux"
        return ["gst-launch-1.0", "-q", "-e", *" ".join([*branches, mux, "!", sink]).split()]

    def files(self, video, audio, output):
        return self.pipes(video, audio, output, eager=False)

    def live(self, output, seconds=None, eager=False):
        frames = f"num-buffers={seconds * RATE}" if seconds else ""
        blocks = f"num-buffers={seconds * 50}" if seconds else ""
        return self._record([
            f"videotestsrc is-live=true {frames} ! "
            f"video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! queue ! {self.video}",
            f"audiotestsrc is-live=true samplesperbuffer=960 {blocks} ! "
            f"audio/x-raw,rate={SAMPLE_RATE},channels=2 ! queue ! {self.AUDIO}",
        ], output, eager)

    def pipes(self, video, audio, output, eager):
        branches = []
        if video:
            branches.append(f"filesrc location={video} ! y4mdec ! {self.video}")
        if audio:
            branches.append(f"filesrc location={audio} ! wavparse ! {self.AUDIO}")
        return self._record(branches, output, eager)


class Encoders:
    """The two encoders without anything around them: the least that the work can cost."""

    name = "vpxenc + opusenc"

    def __init__(self, codec="vp8"):
        self.codec = codec

    def missing(self):
        return next((program for program in ("vpxenc", "opusenc") if not shutil.which(program)), None)

    def video(self, video, output, video_bits=VIDEO_BITS):
        coder = {"vp8": ["--codec=vp8", "--cpu-used=-8"],
                 "vp9": ["--codec=vp9", "--cpu-used=8", "--row-mt=1", "--tile-columns=1", "--aq-mode=3"]}
        return ["vpxenc", *coder[self.codec], "--rt", f"--threads={THREADS[self.codec]}", "--passes=1", "--end-usage=cbr",
                f"--target-bitrate={video_bits // 1000}", "--min-q=4", "--max-q=63", "--undershoot-pct=100",
                "--overshoot-pct=15", "--buf-sz=1000", "--buf-initial-sz=500", "--buf-optimal-sz=600",
                "--lag-in-frames=0", "--drop-frame=0", "--static-thresh=1", f"--kf-min-dist={KEY_FRAMES}",
                f"--kf-max-dist={KEY_FRAMES}", "--quiet", "-o", str(output), str(video)]

    def audio(self, audio, output):
        return ["opusenc", "--quiet", "--vbr", "--bitrate", str(AUDIO_BITS // 1000), str(audio), str(output)]

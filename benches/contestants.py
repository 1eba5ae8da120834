"""The command line of each program for each job, set to the same work."""
import shutil

from clips import HEIGHT, RATE, SAMPLE_RATE, WIDTH

VIDEO_BITS, AUDIO_BITS = 2_500_000, 128_000
KEY_FRAMES = 2 * RATE


class Mediarec:
    """What all the others are compared with."""

    name = "mediarec"

    def __init__(self, binary):
        self.binary = str(binary)

    def missing(self):
        return None if shutil.which(self.binary) else self.binary

    def _record(self, sources, output, eager):
        slices = ["--timeslice", "0"] if eager else []
        return [self.binary, "record", *sources, "--video-bitrate", f"{VIDEO_BITS // 1000}k",
                "--audio-bitrate", f"{AUDIO_BITS // 1000}k", "--speed", "8", "--threads", "1",
                "--keyframe-interval", f"{KEY_FRAMES}f", "-q", *slices, "-o", str(output), "--force"]

    def files(self, video, audio, output):
        return self._record(self._inputs(video, audio), output, eager=False)

    def live(self, output, seconds=None, eager=False):
        length = ["--duration", f"{seconds}s"] if seconds else []
        # 1280×720 at 30 is what it asks a camera for by itself.
        return self._record(["--fake-devices", *length], output, eager)

    def pipes(self, video, audio, output, eager):
        return self._record(self._inputs(video, audio), output, eager)

    @staticmethod
    def _inputs(video, audio):
        return [part for path in (video, audio) if path for part in ("--input", str(path))]


class Ffmpeg:
    """Constant bit rate is what ffmpeg calls equal minimum and maximum."""

    name = "ffmpeg"

    def missing(self):
        return None if shutil.which("ffmpeg") else "ffmpeg"

    VIDEO = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "-8", "-threads", "1",
             "-b:v", str(VIDEO_BITS), "-minrate", str(VIDEO_BITS), "-maxrate", str(VIDEO_BITS),
             "-bufsize", str(VIDEO_BITS), "-rc_init_occupancy", str(VIDEO_BITS // 2), "-qmin", "4", "-qmax", "56",
             "-undershoot-pct", "100", "-overshoot-pct", "15", "-lag-in-frames", "0", "-auto-alt-ref", "0",
             "-static-thresh", "1", "-g", str(KEY_FRAMES), "-keyint_min", str(KEY_FRAMES)]
    AUDIO = ["-c:a", "libopus", "-b:a", str(AUDIO_BITS), "-vbr", "on"]
    # Found by trying: a cluster a packet, nothing held back before or behind.
    EAGER_INPUT = ["-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"]
    EAGER_OUTPUT = ["-flush_packets", "1", "-cluster_time_limit", "1"]

    def _record(self, inputs, output, eager, coders):
        target = ["pipe:1"] if str(output) == "-" else [str(output)]
        return ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *coders,
                *(self.EAGER_OUTPUT if eager else []), "-f", "webm", *target]

    def files(self, video, audio, output):
        return self._record(["-i", str(video), "-i", str(audio)], output, False, self.VIDEO + self.AUDIO)

    def live(self, output, seconds=None, eager=False):
        early = self.EAGER_INPUT if eager else []
        length = ["-t", str(seconds)] if seconds else []
        inputs = ["-re", *early, "-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate={RATE},format=yuv420p",
                  "-re", *early, "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={SAMPLE_RATE},aformat=channel_layouts=stereo"]
        return self._record(inputs + length, output, eager, self.VIDEO + self.AUDIO)

    def pipes(self, video, audio, output, eager):
        early = self.EAGER_INPUT if eager else []
        inputs = [part for path in (video, audio) if path for part in (*early, "-i", str(path))]
        return self._record(inputs, output, eager, (self.VIDEO if video else []) + self.AUDIO)


class Gstreamer:
    """gst-launch-1.0 with the elements of the good and base plugins."""

    name = "GStreamer"

    def missing(self):
        return None if shutil.which("gst-launch-1.0") else "gst-launch-1.0"

    VIDEO = (f"vp8enc deadline=1 cpu-used=-8 threads=1 target-bitrate={VIDEO_BITS} end-usage=cbr "
             "min-quantizer=4 max-quantizer=56 undershoot=100 overshoot=15 buffer-size=1000 "
             "buffer-initial-size=500 buffer-optimal-size=600 lag-in-frames=0 static-threshold=1 "
             f"keyframe-mode=disabled keyframe-max-dist={KEY_FRAMES} ! queue ! mux.")
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
            f"video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! queue ! {self.VIDEO}",
            f"audiotestsrc is-live=true samplesperbuffer=960 {blocks} ! "
            f"audio/x-raw,rate={SAMPLE_RATE},channels=2 ! queue ! {self.AUDIO}",
        ], output, eager)

    def pipes(self, video, audio, output, eager):
        branches = []
        if video:
            branches.append(f"filesrc location={video} ! y4mdec ! {self.VIDEO}")
        if audio:
            branches.append(f"filesrc location={audio} ! wavparse ! {self.AUDIO}")
        return self._record(branches, output, eager)


class Encoders:
    """The two encoders without anything around them: the least that the work can cost."""

    name = "vpxenc + opusenc"

    def missing(self):
        return next((program for program in ("vpxenc", "opusenc") if not shutil.which(program)), None)

    def video(self, video, output):
        return ["vpxenc", "--codec=vp8", "--rt", "--cpu-used=-8", "--threads=1", "--passes=1", "--end-usage=cbr",
                f"--target-bitrate={VIDEO_BITS // 1000}", "--min-q=4", "--max-q=56", "--undershoot-pct=100",
                "--overshoot-pct=15", "--buf-sz=1000", "--buf-initial-sz=500", "--buf-optimal-sz=600",
                "--lag-in-frames=0", "--drop-frame=0", "--static-thresh=1", f"--kf-min-dist={KEY_FRAMES}",
                f"--kf-max-dist={KEY_FRAMES}", "--quiet", "-o", str(output), str(video)]

    def audio(self, audio, output):
        return ["opusenc", "--quiet", "--vbr", "--bitrate", str(AUDIO_BITS // 1000), str(audio), str(output)]

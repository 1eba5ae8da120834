"""The clip that all encode, made once and kept outside of the repository."""
import os
import pathlib
import subprocess
import tempfile

WIDTH, HEIGHT, RATE = 1280, 720, 30
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
SAMPLE_RATE, CHANNELS = 48_000, 2
# Flat areas, fine detail and moving parts, under the noise of a sensor, without which it would be too easy.
PICTURE = f"testsrc2=size={WIDTH}x{HEIGHT}:rate={RATE}"
NOISE = "noise=alls=4:allf=t:all_seed=1,format=yuv420p"
# A voice-like tone over noise: nothing that Opus can leave out.
SOUND = (f"aevalsrc='0.3*sin(2*PI*(220+40*sin(3*t))*t)*(0.6+0.4*sin(7*t))|0.3*sin(2*PI*330*t)':s={SAMPLE_RATE},"
         f"volume=0.8[tone];anoisesrc=amplitude=0.02:seed=1:sample_rate={SAMPLE_RATE}[noise];"
         "[tone][noise]amix=inputs=2:duration=first,aformat=s16:channel_layouts=stereo")


class Clip:
    """A Y4M of 720p30 and a WAV of 48 kHz stereo, of the same length."""

    def __init__(self, seconds):
        directory = pathlib.Path(os.environ.get("MEDIAREC_BENCH_CACHE")
                                 or pathlib.Path(tempfile.gettempdir()) / "mediarec-bench")
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.seconds = seconds
        self.y4m = directory / f"clip-{seconds}s.y4m"
        self.wav = directory / f"clip-{seconds}s.wav"
        make(self.y4m, "y4m", ["-f", "lavfi", "-i", PICTURE, "-t", str(seconds), "-vf", NOISE,
                               "-f", "yuv4mpegpipe"])
        make(self.wav, "wav", ["-f", "lavfi", "-i", SOUND, "-t", str(seconds), "-bitexact",
                               "-f", "wav"])

    def warm(self):
        """Reads all of it, so that no contestant waits for the disk."""
        for path in (self.y4m, self.wav):
            with open(path, "rb") as file:
                while file.read(1 << 20):
                    pass


def sized(directory, width, height, frames):
    """The same picture in another size, without audio."""
    path = directory / f"clip-{width}x{height}-{frames}.y4m"
    picture = PICTURE.replace(f"{WIDTH}x{HEIGHT}", f"{width}x{height}")
    make(path, "y4m", ["-f", "lavfi", "-i", picture, "-frames:v", str(frames), "-vf", NOISE, "-f", "yuv4mpegpipe"])
    return path


def make(path, kind, arguments):
    if path.exists():
        return
    partial = path.with_suffix(f".part.{kind}")
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, partial], check=True)
    partial.rename(path)

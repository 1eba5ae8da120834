"""The programs that record beside each other, set to the same work: those of the benchmarks."""
import sys

from judge import ROOT

sys.path.insert(0, str(ROOT / "benches"))
from contestants import Ffmpeg, Gstreamer, Mediarec  # noqa: E402


class Ours(Mediarec):
    def fake(self, devices, output):
        return [f"--fake-devices={devices}" if word == "--fake-devices" else word for word in self.live(output)]


class TalkingFfmpeg(Ffmpeg):
    """With its warnings."""

    def _record(self, *words):
        return ["warning" if word == "error" else word for word in super()._record(*words)]

    def half_live(self, video, output):
        inputs = ["-f", "yuv4mpegpipe", "-i", str(video), "-re", "-f", "lavfi", "-i",
                  "sine=sample_rate=48000,aformat=channel_layouts=stereo"]
        return self._record(inputs, output, False, self.video + self.AUDIO)


class LiveGstreamer(Gstreamer):
    def half_live(self, video, output):
        return self._record([f"filesrc location={video} ! y4mdec ! queue ! {self.video}",
                             "audiotestsrc is-live=true samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=2 ! queue ! "
                             + self.AUDIO], output, False)


def programs(binary, only):
    every = Ours(binary), TalkingFfmpeg(), LiveGstreamer()
    return [program for program in every if program.name in only and not program.missing()]

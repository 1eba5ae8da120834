"""How cost grows: with the size of the picture, the number of tracks, the length and the number of cores."""
import os
import statistics

from clips import sized
from contestants import VIDEO_BITS, Encoders, Mediarec
from processes import cost

SIZES = ((426, 240), (640, 360), (854, 480), (1280, 720), (1920, 1080), (3840, 2160))
# Of small pictures more, so that the start of a process does not count.
FRAMES = (60, 600)
PIXELS = FRAMES[0] * 1920 * 1080
TRACKS = (1, 2, 4, 8)
LENGTHS = {"1 s": 1, "10 s": 10, "100 s": 100, "1000 s": 1000, "1 h": 3600, "10 h": 36_000}
# From this length on one run suffices: the cost of hours hardly varies.
LONG = 3600
# Ten hours of audio are encoded in minutes.
PATIENCE = 1200


class Curve:
    """What a unit of work costs, by the amount of work."""

    def __init__(self, title, unit):
        self.title, self.unit, self.points = title, unit, []

    def add(self, label, amount, costs):
        """The costs of several runs of this amount of work."""
        self.points.append((label, statistics.median(costs) / amount))

    def relative(self):
        """Each point as a multiple of the least."""
        least = min(cost_of_unit for _, cost_of_unit in self.points)
        return [(label, cost_of_unit / least) for label, cost_of_unit in self.points]

    def table(self):
        rows = [f"| {label} | {unit:.3g} | ×{times:.2f} |"
                for (label, unit), (_, times) in zip(self.points, self.relative())]
        return "\n".join([f"| {self.title} | {self.unit} | × the least |", "| --- | --: | --: |", *rows])


def curves(binary, options, clip, directory):
    """One after the other; `directory` is for what is written."""
    output = directory / "scale.webm"
    mediarec, encoders = Mediarec(binary, jobs=1), Encoders()
    of_sizes = Curve("picture, VP8, one encoder", "ns of CPU a pixel")
    alone = Curve("picture, vpxenc alone", "ns of CPU a pixel")
    for width, height in SIZES[:4] if options.quick else SIZES:
        frames = min(max(PIXELS // (width * height), FRAMES[0]), FRAMES[1])
        source, pixels = sized(clip.directory, width, height, frames), width * height * frames
        bits = VIDEO_BITS * width * height // (1280 * 720)
        label = f"{width}×{height}"
        of_sizes.add(label, pixels, cpu(mediarec.only_video(source, output, bits), options.runs))
        if not encoders.missing():
            alone.add(label, pixels, cpu(encoders.video(source, output, bits), options.runs))
    of_tracks = Curve("audio tracks", "ms of CPU a track and second")
    for count in TRACKS:
        sounds = [clip.wav] * count
        of_tracks.add(str(count), count * clip.seconds * 1e6, cpu(mediarec.tracks(sounds, output), options.runs))
    of_lengths = Curve("length of audio", "ms of CPU a second")
    for label, seconds in list(LENGTHS.items())[:4 if options.quick else None]:
        runs = options.runs if seconds < LONG else 1
        of_lengths.add(label, seconds * 1e6, cpu(mediarec.audio_of(seconds, output), runs))
    return [curve for curve in (of_sizes, alone, of_tracks, of_lengths, of_cores(binary, options, clip, output)) if curve.points]


def of_cores(binary, options, clip, output):
    """The clip as by default, on so many cores."""
    curve = Curve("cores, VP8", "s of wall × cores")
    cores = sorted(os.sched_getaffinity(0))
    command = Mediarec(binary).files(clip.y4m, clip.wav, output)
    for count in range(1, len(cores) + 1):
        limited = ["taskset", "-c", ",".join(map(str, cores[:count])), *command]
        curve.add(str(count), 1 / count, [cost(limited)["wall"] for _ in range(options.runs)])
    return curve


def cpu(command, runs):
    """CPU time of each run, in ns."""
    return [cost(command, PATIENCE)["cpu"] * 1e9 for _ in range(runs)]

"""Runs mediarec and comparable programs side by side and prints one Markdown table; script/bench calls it."""
import argparse
import datetime
import functools
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

import chart
import copying
import measures
import pictures
import scale
import stages
import threads
from clips import Clip
from contestants import Encoders, Ffmpeg, Gstreamer, Mediarec
from processes import Failed

RECORDING = ("files", "vp9", "av1", "live", "startup", "latency", "kill")
# Measures with tables of their own, and the functions that make them.
OTHERS = {"copy": "copy_table", "pictures": "picture_table", "stages": "stage_table", "threads": "thread_table", "scale": "scale_tables"}
MEASURES = (*RECORDING, *OTHERS)


class Row:
    """A line of the table: which number of which measure, and how it is written."""

    def __init__(self, title, key, digits=0, spread=False, ratio=False):
        self.title, self.key, self.digits, self.spread, self.ratio = title, key, digits, spread, ratio

    def cell(self, results, reference):
        """The median, in brackets the worst, or how many times the reference's median it is."""
        if isinstance(results, Failed):
            return "failed"
        if not results:
            return ""
        values = [result[self.key] for result in results]
        text = f"{statistics.median(values):.{self.digits}f}"
        if self.spread:
            text += f" (≤ {max(values):.{self.digits}f})"
        if self.ratio and isinstance(reference, list) and reference is not results:
            text += f" (×{statistics.median(values) / statistics.median(r[self.key] for r in reference):.2f})"
        return text


def side_by_side(title, contestants, runs, measure):
    """Each contestant once, then each again, so that a busy minute is everybody's."""
    results = {contestant.name: [] for contestant in contestants}
    for number in range(runs):
        for contestant in contestants:
            if isinstance(results[contestant.name], Failed):
                continue
            print(f"bench: {title} {number + 1}/{runs}: {contestant.name}", file=sys.stderr)
            try:
                results[contestant.name].append(measure(contestant))
            except Failed as failure:
                print(f"bench: {title}: {contestant.name} failed: {failure}", file=sys.stderr)
                results[contestant.name] = failure
    return results


class Table:
    """The lines so far."""

    def __init__(self, contestants, reference=Mediarec.name):
        self.names = [contestant.name for contestant in contestants]
        self.reference = reference
        self.lines = [["", *self.names], ["---", *("--:" for _ in self.names)]]

    def add(self, results, rows):
        reference = results.get(self.reference)
        for row in rows:
            cells = [row.cell(results.get(name), reference) for name in self.names]
            self.lines.append([row.title, *cells])

    def text(self):
        return "\n".join("| " + " | ".join(line) + " |" for line in self.lines)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs: to see that it works")
    parser.add_argument("--runs", type=int, help="runs of each contestant and measure (default 5, quick 2)")
    parser.add_argument("--only", help=f"some of the measures: {','.join(MEASURES)}")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw the measure scale")
    parser.add_argument("--without", default="", help="leave contestants out: mediarec,ffmpeg,…")
    options = parser.parse_args()
    options.only = options.only.split(",") if options.only else list(MEASURES)
    unknown = set(options.only) - set(MEASURES)
    if unknown:
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    options.runs = options.runs or (2 if options.quick else 5)
    return options


def present(contestants, without):
    """Those that can take part; the others are left out by name."""
    here = []
    for contestant in contestants:
        missing = contestant.missing()
        if contestant.name in without.split(","):
            continue
        if missing:
            print(f"bench: {contestant.name} is left out: {missing} is not installed", file=sys.stderr)
        else:
            here.append(contestant)
    return here


def without_encoders(contestants):
    """Those that record; the others only encode files."""
    return [contestant for contestant in contestants if not isinstance(contestant, Encoders)]


def run_files(table, contestants, options, clip, directory, codec="VP8"):
    results = side_by_side(f"files, {codec}", contestants, options.runs,
                           lambda c: measures.files(c, clip, directory))
    title = f"{clip.seconds} s of files to WebM, {codec}: "
    table.add(results, [Row(title + "CPU s", "cpu", 2, ratio=True), Row("— wall s", "wall", 2, ratio=True),
                        Row("— peak memory, MB", "rss"), Row("— size, MB", "size", 2),
                        Row("— PSNR, dB", "psnr", 2), Row("— frames", "frames")])


def run_vp9(table, contestants, options, clip, directory):
    run_files(table, contestants, options, clip, directory, "VP9")


def run_av1(table, contestants, options, clip, directory):
    run_files(table, contestants, options, clip, directory, "AV1")


def run_live(table, contestants, options, _, directory):
    seconds = 4 if options.quick else 10
    results = side_by_side("live", contestants, options.runs,
                           lambda c: measures.live(c, directory, seconds))
    table.add(results, [Row("live 720p30: CPU s a second", "cpu_per_s", 3, ratio=True),
                        Row("— frames lost", "lost", spread=True), Row("— peak memory, MB", "rss")])


def run_startup(table, contestants, options, *_):
    for eager in (False, True):
        results = side_by_side("startup", contestants, options.runs,
                               lambda c, eager=eager: measures.startup(c, eager))
        table.add(results, [Row("exec to first block on a pipe, ms" + with_flags(eager), "ms", spread=True)])


def run_latency(table, contestants, options, clip, directory):
    seconds = 3 if options.quick else 8
    for eager in (False, True):
        results = side_by_side("latency", contestants, options.runs,
                               lambda c, eager=eager: measures.latency(c, clip, directory, seconds, eager))
        table.add(results, [Row("frame in to block out, median ms" + with_flags(eager), "median", spread=True),
                            Row("— 95 %", "p95", spread=True)])


def run_kill(table, contestants, options, clip, directory):
    for with_video, what in ((True, "audio and video"), (False, "audio only")):
        for eager in (False, True):
            results = side_by_side("kill", contestants, options.runs, functools.partial(
                measures.kill, clip=clip, directory=directory, with_video=with_video, eager=eager))
            table.add(results, [Row(f"lost by kill −9, {what}, s{with_flags(eager)}", "lost", 2, spread=True)])


def copy_table(mediarec, options, clip, directory):
    contestants = present(copying.contestants(mediarec), options.without)
    megabytes = 256 if options.quick else 2147
    source = copying.large_file(clip, megabytes)
    results = side_by_side("copy", contestants, options.runs, lambda c: copying.copying(c, source, directory))
    table = Table(contestants, reference="cp")
    table.add(results, [Row(f"{source.stat().st_size / 1e9:.2f} GB copied: CPU s", "cpu", 2, ratio=True),
                        Row("— wall s", "wall", 2, ratio=True), Row("— peak memory, MB", "rss"),
                        Row("— size, MB", "size", 1)])
    return table.text()


def picture_table(_mediarec, options, clip, _directory):
    return pictures.table(clip, options)


def stage_table(mediarec, options, _clip, _directory):
    return stages.table(mediarec.binary, options)


def thread_table(mediarec, options, _clip, directory):
    return threads.table(mediarec.binary, options, directory)


def scale_tables(mediarec, options, clip, directory):
    curves = scale.curves(mediarec.binary, options, clip, directory)
    if options.plot:
        pathlib.Path(options.plot).write_text(chart.svg(curves))
    return "\n\n".join(curve.table() for curve in curves)


def with_flags(eager):
    return ", least-delay flags" if eager else ""


def machine():
    """What the numbers were measured on."""
    name = platform.processor() or platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    return f"{os.cpu_count()} × {name}, {platform.system()} {platform.release()}"


def version(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return run.stdout.decode(errors="replace").splitlines()[0] if run.stdout else command[0]


def main():
    options = arguments()
    mediarec = Mediarec(os.environ["MEDIAREC"])
    of_codec = {codec: present([Mediarec(mediarec.binary, codec), Mediarec(mediarec.binary, codec, jobs=1), Ffmpeg(codec),
                                Gstreamer(codec), Encoders(codec)], options.without) for codec in ("vp8", "vp9", "av1")}
    # vpxenc knows VP9, not AV1.
    of_codec["av1"] = without_encoders(of_codec["av1"])
    everybody = of_codec["vp8"]
    recorders = present([mediarec, Ffmpeg(), Gstreamer()], options.without)
    if not everybody:
        sys.exit("bench: no program is left to measure")
    clip = Clip(8 if options.quick else 20)
    clip.warm()
    table = Table(everybody)
    with tempfile.TemporaryDirectory(dir=clip.directory) as directory:
        directory = pathlib.Path(directory)
        for measure in options.only:
            if measure in RECORDING:
                contestants = of_codec.get("vp8" if measure == "files" else measure, recorders)
                globals()[f"run_{measure}"](table, contestants, options, clip, directory)
        others = [globals()[OTHERS[measure]](mediarec, options, clip, directory) for measure in options.only if measure in OTHERS]
    print(f"{datetime.date.today()}, {machine()}; medians of {options.runs}, in brackets the worst, × mediarec. ")
    print("; ".join(version(command) for command in (["ffmpeg", "-version"], ["gst-launch-1.0", "--version"])
                    if present_program(command[0])) + "\n")
    texts = [table.text()] if set(options.only) & set(RECORDING) else []
    print("\n\n".join(texts + others))


def present_program(name):
    return any(pathlib.Path(folder, name).exists() for folder in os.get_exec_path())


if __name__ == "__main__":
    main()

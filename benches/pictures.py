"""What a picture of 1280x720 costs before it is encoded: benches/pictures.rs beside ffmpeg and libjpeg-turbo's own benchmark."""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess

from processes import cost

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1280, 720
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1"]

# Each measure of pictures.rs, and what it is called.
TITLES = {"mjpeg": "JPEG 4:2:2 to YUV", "yuyv": "YUYV to I420", "nv12": "NV12 to I420",
          "scale": "1280×720 to 640×360", "paint": "painting a test picture"}


def frames(clip):
    """One picture of the clip as cameras send it, in a folder of the cache."""
    folder = clip.directory / "frames"
    folder.mkdir(exist_ok=True)
    for name, options in (("mjpeg", ["-pix_fmt", "yuvj422p", "-q:v", "4", "-f", "mjpeg"]),
                          ("yuyv", ["-pix_fmt", "yuyv422", "-f", "rawvideo"]),
                          ("nv12", ["-pix_fmt", "nv12", "-f", "rawvideo"]),
                          ("i420", ["-pix_fmt", "yuv420p", "-f", "rawvideo"])):
        subprocess.run([*FFMPEG, "-y", "-i", clip.y4m, "-frames:v", "1", *options, folder / f"frame.{name}"], check=True)
    return folder


def mediarec(folder):
    """Milliseconds a picture, by criterion."""
    environment = {**os.environ, "MEDIAREC_BENCH_FRAMES": str(folder)}
    subprocess.run(["cargo", "bench", "--locked", "--features", "bench", "--bench", "pictures", "--", "--noplot"], cwd=ROOT,
                   env=environment, stdout=subprocess.DEVNULL, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return {name: json.loads((target / "criterion" / name / "new" / "estimates.json").read_text())
            ["median"]["point_estimate"] / 1e6 for name in TITLES}


def ffmpeg(folder, count):
    """Milliseconds a picture: what so many of them cost, less what they cost unchanged."""
    def looped(form, name):
        return ["-stream_loop", str(count - 1), *form, "-i", str(folder / f"frame.{name}")]

    def raw(pixels):
        return ["-f", "rawvideo", "-pixel_format", pixels, "-video_size", f"{WIDTH}x{HEIGHT}"]

    to_i420 = ["-vf", "format=yuv420p"]
    work = {"mjpeg": (looped(["-f", "mjpeg"], "mjpeg"), []),
            "yuyv": (looped(raw("yuyv422"), "yuyv"), to_i420),
            "nv12": (looped(raw("nv12"), "nv12"), to_i420),
            # As wide a filter as ours.
            "scale": (looped(raw("yuv420p"), "i420"), ["-vf", f"scale={WIDTH // 2}:{HEIGHT // 2}:flags=bilinear"]),
            "paint": (["-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate=30"], ["-frames:v", str(count)])}
    spent = {}
    for name, (source, change) in work.items():
        total = cost([*FFMPEG, *source, *change, "-f", "null", "-"])["cpu"]
        if name == "paint":
            unchanged = cost([*FFMPEG, *source, "-frames:v", "1", "-f", "null", "-"])["cpu"]
        else:
            unchanged = cost([*FFMPEG, *source, "-c", "copy", "-f", "null", "-"])["cpu"]
        spent[name] = (total - unchanged) * 1000 / count
    return spent


def tjbench(folder):
    """Milliseconds to decode the picture to planes, by libjpeg-turbo's benchmark."""
    source = folder / "frame.jpg"
    shutil.copyfile(folder / "frame.mjpeg", source)
    run = subprocess.run(["tjbench", source, "-yuv", "-nowrite", "-benchtime", "1"], stdout=subprocess.PIPE, check=True)
    rates = re.findall(r"Decomp to YUV.*?Frame rate:\s+([\d.]+) fps", run.stdout.decode(), re.DOTALL)
    return {"mjpeg": 1000 / float(rates[0])}


def table(clip, options):
    folder = frames(clip)
    count = 100 if options.quick else 600
    contestants = {"mediarec": lambda: mediarec(folder), "ffmpeg": lambda: ffmpeg(folder, count)}
    if shutil.which("tjbench"):
        contestants["libjpeg-turbo"] = lambda: tjbench(folder)
    results = {name: [] for name in contestants}
    for _ in range(options.runs):
        for name, measure in contestants.items():
            results[name].append(measure())
    lines = [["CPU of a picture, ms", *contestants], ["---", *("--:" for _ in contestants)]]
    for measure, title in TITLES.items():
        medians = {name: statistics.median(result[measure] for result in runs)
                   for name, runs in results.items() if measure in runs[0]}
        cells = [cell(name, medians) for name in contestants]
        lines.append([title, *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(name, medians):
    if name not in medians:
        return ""
    ratio = "" if name == "mediarec" else f" (×{medians[name] / medians['mediarec']:.2f})"
    return f"{medians[name]:.3f}{ratio}"

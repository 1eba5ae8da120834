"""What is left of a recording after a fault, as ffmpeg sees it."""
import json
import statistics
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def script(name):
    """A script of ours as a module."""
    loader = SourceFileLoader(name, str(ROOT / "script" / name))
    module = module_from_spec(spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


starved = script("starved")
NOTHING = {"audio": 0.0, "frames": 0, "off": "", "plays": False, "finished": False}


def ffprobe(file, *words):
    run = subprocess.run(["ffprobe", "-v", "error", *words, "-of", "json", str(file)], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    return json.loads(run.stdout or "{}")


def times(file, kind):
    packets = ffprobe(file, "-select_streams", f"{kind}:0", "-show_entries", "packet=pts_time").get("packets", [])
    return [float(packet["pts_time"]) for packet in packets if "pts_time" in packet]


def judge(file, has_code):
    """Seconds of audio, frames and how far they are from their times in ms, whether it plays and is finished."""
    if not file.exists() or not file.stat().st_size:
        return dict(NOTHING)
    audio, video = times(file, "a"), times(file, "v")
    plays = subprocess.run(["ffmpeg", "-v", "fatal", "-i", str(file), "-f", "null", "-"], stderr=subprocess.DEVNULL)
    duration = ffprobe(file, "-show_entries", "format=duration").get("format", {}).get("duration")
    return {"audio": len(audio) * 0.02, "frames": len(video), "plays": plays.returncode == 0 and bool(audio or video),
            "off": f"{error(str(file), video):.1f}" if has_code and video else "", "finished": duration is not None}


def error(file, video):
    """The largest distance of a frame of the fake camera from its time, by the number painted in it."""
    offsets = [time - read / starved.RATE for time, read in zip(video, starved.numbers(file)) if read is not None]
    middle = statistics.median(offsets)
    return 1000 * max(abs(offset - middle) for offset in offsets)

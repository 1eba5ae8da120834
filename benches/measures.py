"""What is measured. Each measure runs one contestant once and gives named numbers."""
import random
import re
import subprocess
import time

from clips import RATE
from processes import Failed, Feed, Run, blocks_until, cost
from webm import blocks_of

# What the last block of a track still shows or sounds after its time stamp, in ms.
LENGTH = {"video": 1000 / RATE, "audio": 20}


def files(contestant, clip, directory):
    """Y4M and WAV to WebM as fast as it goes."""
    output = directory / "files.webm"
    output.unlink(missing_ok=True)
    if hasattr(contestant, "files"):
        spent = cost(contestant.files(clip.y4m, clip.wav, output))
        size = output.stat().st_size
    else:
        sound = directory / "files.opus"
        video = cost(contestant.video(clip.y4m, output))
        audio = cost(contestant.audio(clip.wav, sound))
        spent = {"cpu": video["cpu"] + audio["cpu"], "wall": video["wall"] + audio["wall"],
                 "rss": max(video["rss"], audio["rss"])}
        size = output.stat().st_size + sound.stat().st_size
    return {**spent, "size": size / 1e6, "psnr": psnr(output, clip.y4m), "frames": video_frames(output)}


def psnr(output, original):
    """Mean over all planes, in dB. Frames are numbered on both sides: a constant offset is no error."""
    numbered = f"settb=1/{RATE},setpts=N"
    graph = f"[0:v]{numbered}[a];[1:v]{numbered}[b];[a][b]psnr"
    run = subprocess.run(["ffmpeg", "-nostdin", "-i", output, "-i", original, "-lavfi", graph, "-f", "null", "-"],
                         stderr=subprocess.PIPE, check=True)
    return float(re.search(rb"PSNR .*average:([\d.]+)", run.stderr).group(1))


def video_frames(path):
    return sum(block.kind == "video" for block in blocks_of(path))


def live(contestant, directory, seconds):
    """Recording from live test sources: CPU per second of media, and frames missing between first and last."""
    output = directory / "live.webm"
    output.unlink(missing_ok=True)
    spent = cost(contestant.live(output, seconds))
    times = [block.time for block in blocks_of(output) if block.kind == "video"]
    if len(times) < 2:
        raise Failed("no frames in the file")
    span = (times[-1] - times[0]) / 1000
    expected = round(span * RATE) + 1
    return {"cpu_per_s": spent["cpu"] / (span + 1 / RATE), "rss": spent["rss"], "lost": expected - len(times)}


def startup(contestant, eager):
    return {"ms": first_block(contestant.live("-", eager=eager))}


def first_block(command):
    """From exec to the first block on its standard output, in ms."""
    run = Run(command, stdout=subprocess.PIPE)
    try:
        blocks = blocks_until(run.process.stdout, enough=bool)
    finally:
        run.kill()
    if not blocks:
        raise Failed(run.first_words())
    return (blocks[0].arrival - run.started) * 1000


def latency(contestant, clip, directory, seconds, eager):
    """From when a frame is due on the input pipe to its block on the output pipe, in ms, after the first second."""
    feed = Feed(clip, directory)
    run = Run(contestant.pipes(feed.video, feed.audio, "-", eager), stdout=subprocess.PIPE)
    feed.start()
    try:
        wanted = seconds * RATE
        blocks = blocks_until(run.process.stdout,
                              lambda blocks: sum(block.kind == "video" for block in blocks) >= wanted)
    finally:
        run.kill()
        feed.stop()
    video = [block for block in blocks if block.kind == "video"]
    if len(video) < wanted:
        raise Failed(run.first_words())
    delays = sorted((block.arrival - feed.zero - number / RATE) * 1000
                    for number, block in enumerate(video) if number >= RATE)
    return {"median": delays[len(delays) // 2], "p95": delays[len(delays) * 95 // 100]}


def kill(contestant, clip, directory, with_video, eager):
    """Killed at a random moment while it records from paced pipes: the seconds that are not in the file."""
    output = directory / "kill.webm"
    output.unlink(missing_ok=True)
    feed = Feed(clip, directory, with_video)
    run = Run(contestant.pipes(feed.video, feed.audio, output, eager))
    feed.start()
    try:
        time.sleep(random.uniform(4, 7))
        if run.process.poll() is not None:
            raise Failed(run.first_words())
        killed = time.monotonic()
    finally:
        run.kill()
        feed.stop()
    blocks = blocks_of(output) if output.exists() else []
    end = max((block.time + LENGTH[block.kind] for block in blocks), default=0) / 1000
    return {"lost": killed - feed.zero - end}

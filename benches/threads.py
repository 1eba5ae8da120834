"""Where the CPU time of a live recording goes: that of each thread, as the kernel counts it."""
import collections
import pathlib
import subprocess
import time

SIZES = ((1280, 720), (1920, 1080))
CODECS = ("vp8", "vp9", "av1")
# The codecs' libraries run in the first two, the fake devices in the next two.
THREADS = {"encode-video": "video encoder", "encode-audio": "audio encoder", "camera": "camera", "microphone": "microphone",
           "mediarec": "muxing and writing"}
# Until all threads run and caches are warm.
WARM_UP = 2


def spent(process):
    """Seconds of CPU so far, by the name of the thread."""
    seconds = collections.Counter()
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            # In nanoseconds; those of stat are hundredths of a second.
            seconds[name] += int((task / "schedstat").read_text().split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):
            continue
    return seconds


def recording(binary, codec, size, seconds, directory):
    """Milliseconds of CPU a second, by thread, of a recording of the fake devices."""
    width, height = size
    output = directory / "threads.webm"
    command = [binary, "record", "-q", "--force", "--fake-devices", "--width", f"=={width}", "--height", f"=={height}",
               "--frame-rate", "==30", "--mime", f"video/webm;codecs={codec},opus", "-o", output]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        time.sleep(WARM_UP)
        before, begin = spent(process.pid), time.monotonic()
        time.sleep(seconds)
        after, elapsed = spent(process.pid), time.monotonic() - begin
        process.terminate()
    return {name: 1000 * (after[name] - before[name]) / elapsed for name in after}


def table(binary, options, directory):
    seconds = 3 if options.quick else 10
    lines = [["CPU of a second, ms", *THREADS.values(), "others", "all"], ["---", *["--:"] * (len(THREADS) + 2)]]
    for codec in CODECS:
        for size in SIZES:
            by_thread = recording(binary, codec, size, seconds, directory)
            total = sum(by_thread.values())
            known = [by_thread.get(name, 0) for name in THREADS]
            cells = [f"{value:.1f} ({100 * value / total:.1f} %)" for value in [*known, total - sum(known)]]
            lines.append([f"{codec.upper()} {size[0]}×{size[1]}", *cells, f"{total:.0f}"])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

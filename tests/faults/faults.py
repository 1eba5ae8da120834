"""The faults: each is a function that lets a program record, and gives how that went. The file is `a.webm` in the folder."""
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from judge import starved
from process import Process

ENOSPC, EDQUOT, EIO, EROFS, ESTALE = 28, 122, 5, 30, 116
# Bytes on the disk before it fails: one or two seconds.
EARLY = 400_000


@dataclass
class Fault:
    """What is done, whether it is quick, and what mediarec must have: seconds of audio, frames, exit code, whether it says so.

    `less` is why it may keep less than other programs."""
    name: str
    run: object
    audio: float
    frames: int
    exit: int
    said: bool = True
    quick: bool = True
    only_ours: bool = False
    less: str = ""


def read(pipe, file, rate=None, until=None):
    """Reads a pipe into a file in a thread: so many bytes a second, until so many seconds have passed."""
    def work():
        began, taken = time.monotonic(), 0
        with open(file, "wb") as kept:
            while until is None or time.monotonic() - began < until:
                data = os.read(pipe.fileno(), 2048 if rate else 65536)
                if not data:
                    break
                kept.write(data)
                taken += len(data)
                if rate:
                    time.sleep(max(0, began + taken / rate - time.monotonic()))
        pipe.close()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def down_a_pipe(program, folder, seconds, **reader):
    process = Process(program.live("-"), stdout=subprocess.PIPE)
    thread = read(process.child.stdout, folder / "a.webm", **reader)
    process.sleep_until(seconds)
    outcome = process.stop()
    thread.join(60)
    return outcome


def slow_reader(program, folder):
    return down_a_pipe(program, folder, 25, rate=50_000)


def reader_dies(program, folder):
    return down_a_pipe(program, folder, 6, until=3)


def reader_never_reads(program, folder):
    process = Process(program.live("-"), stdout=subprocess.PIPE)
    process.sleep_until(6)
    outcome = process.stop()
    read(process.child.stdout, folder / "a.webm").join()
    return outcome


def on_disk(program, folder, seconds, fault, prefix=()):
    """AFTER-BYTES ERROR COUNT STALL-MS, as tests/faults/disk.c takes them."""
    library = folder / "disk.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("disk.c")], check=True)
    env = {"LD_PRELOAD": str(library), "DISK_FAULT": f"a.webm {fault}"}
    process = Process([*prefix, *program.live(folder / "a.webm")], env=env)
    process.sleep_until(seconds)
    return process.stop()


def stalling(milliseconds, seconds):
    return lambda program, folder: on_disk(program, folder, seconds, f"{EARLY} 0 1 {milliseconds}")


def failing(error, count=-1):
    return lambda program, folder: on_disk(program, folder, 6, f"{EARLY} {error} {count} 0")


def full_tmpfs(program, folder):
    """A real one, in a mount namespace of its own; the file is copied out of it."""
    disk = folder / "disk"
    disk.mkdir()
    inner = ('mount -t tmpfs -o size=500k none "$0" && trap : INT && '
             '{ "$@" & wait $!; code=$?; cp "$0"/a.webm "$0"/..; exit $code; }')
    command = program.live(disk / "a.webm", seconds=6)
    process = Process(["unshare", "-rm", "sh", "-c", inner, str(disk), *command])
    process.sleep_until(10)
    return process.stop()


def file_size_limit(program, folder):
    process = Process(["bash", "-c", 'ulimit -f 400; exec "$0" "$@"', *program.live(folder / "a.webm")])
    process.sleep_until(6)
    return process.stop()


def after_three_seconds(change):
    def run(program, folder):
        (folder / "d").mkdir()
        process = Process(program.live(folder / "d/a.webm"))
        process.sleep_until(3)
        change(folder / "d/a.webm")
        process.sleep_until(6)
        outcome = process.stop()
        if (folder / "d/a.webm").exists():
            (folder / "d/a.webm").rename(folder / "a.webm")
        return outcome
    return run


def remove(file):
    file.unlink()
    file.parent.rmdir()


def cut(file):
    os.truncate(file, file.stat().st_size // 2)


def killed(program, folder):
    process = Process(program.live(folder / "a.webm"))
    process.sleep_until(4)
    process.child.send_signal(signal.SIGKILL)
    return process.stop()


def input_stops(program, folder):
    """Two seconds of video from a pipe that stays open, beside audio that goes on."""
    size, frames = "640x360", 60
    reads_raw = program.name == "mediarec"
    kind = ["-f", "rawvideo"] if reads_raw else ["-f", "yuv4mpegpipe"]
    made = subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30", "-frames:v", str(frames),
                           "-pix_fmt", "yuv420p", *kind, "-"], stdout=subprocess.PIPE, check=True).stdout
    fifo, output = folder / "fifo", folder / "a.webm"
    os.mkfifo(fifo)
    pipe = os.open(fifo, os.O_RDWR)
    command = {"mediarec": lambda: [*program.live(output), "--audio", "--canvas", f"{size}@30:i420"],
               "ffmpeg": lambda: program.half_live(fifo, output),
               "GStreamer": lambda: program.half_live(fifo, output)}[program.name]()
    with open(fifo, "rb") as stdin:
        process = Process(command, stdin=stdin if reads_raw else subprocess.DEVNULL)

    def feed():
        piece = len(made) // frames
        for at in range(0, len(made), piece):
            os.write(pipe, made[at:at + piece])
            time.sleep(1 / 30)
    threading.Thread(target=feed, daemon=True).start()
    process.sleep_until(8)
    outcome = process.stop()
    os.close(pipe)
    return outcome


def device_stalls(device):
    def run(program, folder):
        process = Process(program.fake(f"stall={device}@2s..5s", folder / "a.webm"))
        process.sleep_until(8)
        return process.stop()
    return run


def encoder_too_slow(program, folder):
    starved.QUOTA = 10_000
    with starved.quota() as prefix:
        process = Process([*prefix, *program.live(folder / "a.webm")])
        process.sleep_until(12)
        return process.stop()


def little_memory(program, folder):
    """A group of processes with 64 MiB, whose disk stalls."""
    root, limit = Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
    if not root.is_dir():
        root, limit = root.parent, "memory.max"
    group = root / f"faults-{os.getpid()}"
    group.mkdir()
    try:
        (group / limit).write_text(str(64 << 20))
        return on_disk(program, folder, 9, f"{EARLY} 0 1 5000",
                       ["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"])
    finally:
        time.sleep(0.2)
        group.rmdir()


def more_than_four_gib(program, folder):
    """Almost seven hours of PCM, as fast as it goes."""
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=sample_rate=8000", "-t", "24000", folder / "a.wav"],
                   check=True)
    process = Process([program.binary, "record", "--input", str(folder / "a.wav"), "--mime", "audio/x-matroska;codecs=pcm",
                       "-o", str(folder / "a.webm")])
    process.sleep_until(300)
    (folder / "a.wav").unlink()
    outcome = process.stop()
    assert (folder / "a.webm").stat().st_size > 4 << 30
    subprocess.run([program.binary, "check", "--strict", folder / "a.webm"], check=True)
    return outcome


FAULTS = [
    Fault("reader of 50 kB/s, 25 s", slow_reader, 24.7, 80, 0, quick=False),
    Fault("reader that never reads, 6 s", reader_never_reads, 0.1, 3, 8),
    Fault("reader dies after 3 s", reader_dies, 2.8, 80, 0, said=False),
    Fault("disk stalls for 5 s, of 9 s", stalling(5_000, 9), 8.8, 262, 0),
    Fault("disk stalls for 14 s, of 18 s", stalling(14_000, 18), 17.7, 525, 0, quick=False),
    Fault("disk full (tmpfs)", full_tmpfs, 1.0, 30, 8),
    Fault("quota used up (EDQUOT)", failing(EDQUOT, 2), 1.0, 30, 8),
    Fault("I/O error, once (EIO)", failing(EIO, 1), 5.7, 170, 0, said=False, quick=False),
    Fault("I/O error for good (EIO)", failing(EIO), 1.0, 30, 8),
    Fault("disk read-only for good (EROFS)", failing(EROFS), 1.0, 30, 8, quick=False),
    Fault("network file system stale for good (ESTALE)", failing(ESTALE), 1.0, 30, 8, quick=False),
    Fault("limit of file size (ulimit -f)", file_size_limit, 1.0, 30, 8, quick=False),
    Fault("folder removed after 3 s, of 6 s", after_three_seconds(remove), 0, 0, 8),
    Fault("file cut in half after 3 s, of 6 s", after_three_seconds(cut), 1.0, 30, 8,
          less="it ends, as the next bytes would be behind a hole"),
    Fault("killed after 4 s", killed, 3.6, 108, -9, said=False, quick=False),
    Fault("video input stops after 2 s, of 8 s", input_stops, 7.5, 58, 0, said=False),
    Fault("microphone stalls for 3 s, of 8 s", device_stalls("mic1"), 7.8, 236, 0, quick=False, only_ours=True),
    Fault("camera stalls for 3 s, of 8 s", device_stalls("camera1"), 7.8, 140, 0, quick=False, only_ours=True),
    Fault("10 % of a core, 12 s", encoder_too_slow, 10.0, 20, 0, quick=False),
    Fault("64 MiB of memory, disk stalls for 5 s, of 9 s", little_memory, 8.8, 262, 0, quick=False),
    Fault("file of more than 4 GiB", more_than_four_gib, 0, 0, 0, said=False, quick=False, only_ours=True),
]

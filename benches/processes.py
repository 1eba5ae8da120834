"""Runs whole processes: what they cost, what they write to a pipe and when, and what they read from one."""
import fcntl
import os
import select
import subprocess
import tempfile
import threading
import time

from clips import CHANNELS, FRAME_BYTES, RATE, SAMPLE_RATE
from webm import BlockReader

F_SETPIPE_SZ = 1031
WAV_HEADER = 44
# Longer than any step here takes; a program that hangs is killed and counted as failed.
PATIENCE = 120


class Failed(Exception):
    """A contestant that did not do its work; the text is the first line it said."""


class Run:
    """A process with its standard error kept."""

    def __init__(self, command, stdout=subprocess.DEVNULL, patience=PATIENCE):
        self.errors = tempfile.TemporaryFile()
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=self.errors)
        self.patience = threading.Timer(patience, self.process.kill)
        self.patience.start()

    def wait(self):
        """Waits; gives CPU seconds, wall seconds and peak memory in MB."""
        _, status, usage = os.wait4(self.process.pid, 0)
        wall = time.monotonic() - self.started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.patience.cancel()
        if self.process.returncode != 0:
            raise Failed(self.first_words())
        return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "rss": usage.ru_maxrss / 1024}

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.patience.cancel()

    def first_words(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[0] if lines else f"exit code {self.process.returncode}, no word said"


def cost(command, patience=PATIENCE):
    return Run(command, patience=patience).wait()


def blocks_until(pipe, enough):
    """Reads WebM from a pipe until `enough(blocks)` or its end; gives the blocks with their arrivals."""
    reader, blocks = BlockReader(), []
    while not enough(blocks):
        data = os.read(pipe.fileno(), 1 << 20)
        if not data:
            break
        blocks += reader.feed(data, time.monotonic())
    return blocks


class Feeder(threading.Thread):
    """Writes a file into a FIFO at the pace of its media, as a device would."""

    def __init__(self, path, fifo, header, unit, period):
        super().__init__(daemon=True)
        self.path, self.header, self.unit, self.period = path, header, unit, period
        self.zero = 0.0
        self.stopped = threading.Event()
        if fifo.exists():
            fifo.unlink()
        os.mkfifo(fifo)
        # Open for both: GStreamer opens, closes and opens its sources again, and no byte may be lost by that.
        self.pipe = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        enlarge(self.pipe)

    def run(self):
        with open(self.path, "rb") as file:
            self._write(file.read(self.header))
            index = 0
            while not self._stopped_before(self.zero + index * self.period):
                data = file.read(self.unit)
                if not data:
                    break
                self._write(data)
                index += 1
        os.close(self.pipe)

    def _stopped_before(self, due):
        return self.stopped.wait(max(0.0, due - time.monotonic()))

    def _write(self, data):
        view = memoryview(data)
        while view and not self.stopped.is_set():
            _, writable, _ = select.select([], [self.pipe], [], 0.1)
            if writable:
                view = view[os.write(self.pipe, view):]


def enlarge(pipe):
    try:
        fcntl.fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
    except OSError:
        pass  # Not Linux, or not allowed: slower, not wrong.


class Feed:
    """A paced Y4M and a paced WAV in two FIFOs; `zero` is when their first frame and sample are due."""

    def __init__(self, clip, directory, with_video=True):
        self.zero = 0.0
        self.video = directory / "video.fifo" if with_video else None
        self.audio = directory / "audio.fifo"
        # Ten milliseconds at a time, as a sound card delivers them.
        block = SAMPLE_RATE // 100 * CHANNELS * 2
        self.feeders = [Feeder(clip.wav, self.audio, WAV_HEADER, block, 0.01)]
        if with_video:
            with clip.y4m.open("rb") as file:
                header = len(file.readline())
            frame = len(b"FRAME\n") + FRAME_BYTES
            self.feeders.append(Feeder(clip.y4m, self.video, header, frame, 1 / RATE))

    def start(self):
        self.zero = time.monotonic()
        for feeder in self.feeders:
            feeder.zero = self.zero
            feeder.start()

    def stop(self):
        for feeder in self.feeders:
            feeder.stopped.set()
            feeder.join()

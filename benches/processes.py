"""Runs whole processes: what they cost, what they write to a pipe and when, and what they read from one."""
import fcntl
import os
import subprocess
import tempfile
import threading
import time

from clips import CHANNELS, FRAME_BYTES, RATE, SAMPLE_RATE
from webm import BlockReader

F_SETPIPE_SZ = 1031
WAV_HEADER = 44
# Longer than anything here takes; whoever hangs is killed and counted as failed.
PATIENCE = 120


class Failed(Exception):
    """A contestant that did not do its work; the text is its own last line."""


class Run:
    """A process with its standard error kept."""

    def __init__(self, command, stdout=subprocess.DEVNULL):
        self.errors = tempfile.TemporaryFile()
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=self.errors)
        self.patience = threading.Timer(PATIENCE, self.process.kill)
        self.patience.start()

    def wait(self):
        """Waits; gives CPU seconds, wall seconds and peak memory in MB."""
        _, status, usage = os.wait4(self.process.pid, 0)
        wall = time.monotonic() - self.started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.patience.cancel()
        if self.process.returncode != 0:
            raise Failed(self.last_words())
        return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "rss": usage.ru_maxrss / 1024}

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.patience.cancel()

    def last_words(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {self.process.returncode}, no word said"


def cost(command):
    return Run(command).wait()


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
    """Writes a file into a FIFO at the pace of its media, as a device would; never waits for a slow reader's sake."""

    def __init__(self, path, fifo, header, unit, period, on_open=None):
        super().__init__(daemon=True)
        self.path, self.fifo, self.header, self.unit, self.period = path, fifo, header, unit, period
        self.on_open = on_open
        self.zero = None
        self.stopped = threading.Event()

    def run(self):
        try:
            self._feed()
        except BrokenPipeError:
            pass

    def _feed(self):
        with open(self.path, "rb") as file, open(self.fifo, "wb", buffering=0) as pipe:
            enlarge(pipe)
            self.zero = self.on_open() if self.on_open else time.monotonic()
            pipe.write(file.read(self.header))
            index = 0
            while data := file.read(self.unit):
                if self.stopped.wait(max(0.0, self.zero + index * self.period - time.monotonic())):
                    return
                write_all(pipe, data)
                index += 1


def write_all(pipe, data):
    view = memoryview(data)
    while view:
        view = view[pipe.write(view):]


def enlarge(pipe):
    try:
        fcntl.fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
    except OSError:
        pass  # Not Linux, or not allowed: slower, not wrong.


class Feed:
    """A paced Y4M and a paced WAV in two FIFOs; `zero` is when the first of them began."""

    def __init__(self, clip, directory, with_video=True):
        self.zero = None
        self.lock = threading.Lock()
        self.video = directory / "video.fifo" if with_video else None
        self.audio = directory / "audio.fifo"
        self.feeders = []
        if with_video:
            header = clip.y4m.open("rb").readline()
            self._add(clip.y4m, self.video, len(header), FRAME_BYTES + len(b"FRAME\n"), 1 / RATE)
        # Ten milliseconds at a time, as a sound card gives them.
        block = SAMPLE_RATE // 100 * CHANNELS * 2
        self._add(clip.wav, self.audio, WAV_HEADER, block, 0.01)

    def _add(self, path, fifo, header, unit, period):
        if fifo.exists():
            fifo.unlink()
        os.mkfifo(fifo)
        self.feeders.append(Feeder(path, fifo, header, unit, period, self._begin))

    def _begin(self):
        with self.lock:
            if self.zero is None:
                self.zero = time.monotonic()
            return self.zero

    def start(self):
        for feeder in self.feeders:
            feeder.start()

    def stop(self):
        """Ends the threads, those too that nobody ever read from."""
        for feeder in self.feeders:
            feeder.stopped.set()
            while feeder.is_alive():
                self._drain(feeder.fifo)
                feeder.join(0.05)

    @staticmethod
    def _drain(fifo):
        try:
            os.close(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            pass

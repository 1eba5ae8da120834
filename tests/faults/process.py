"""A program that records, with what it says and when, and how much memory it takes."""
import os
import signal
import subprocess
import threading
import time

PATIENCE = 10


class Process:
    def __init__(self, command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=None):
        self.began = time.monotonic()
        self.lines, self.peak = [], 0
        self.child = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True,
                                      errors="replace", env={**os.environ, **(env or {})})
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._weigh)]
        for thread in self.threads:
            thread.start()

    def _listen(self):
        for line in self.child.stderr:
            self.lines.append((time.monotonic(), line.strip()))

    def _weigh(self):
        while self.child.poll() is None:
            try:
                with open(f"/proc/{self.child.pid}/status") as status:
                    found = [line.split()[1] for line in status if line.startswith("VmHWM")]
                self.peak = int(found[0]) / 1024 if found else self.peak
            except (OSError, ValueError):
                return
            time.sleep(0.05)

    def sleep_until(self, seconds):
        """Waits until so long after its start, unless it ends before."""
        try:
            self.child.wait(max(0, self.began + seconds - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass

    def stop(self):
        """SIGINT; gives exit code, seconds until its end, and what was said while it ran and at its end."""
        asked = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        took = time.monotonic() - asked
        for thread in self.threads:
            thread.join(1)
        return {"exit": self.child.returncode, "stop": took, "peak": self.peak,
                "said while": first(line for at, line in self.lines if at < asked),
                "said at end": first(line for at, line in self.lines if at >= asked)}


def first(lines):
    return next((line for line in lines if line), "")

"""Copying a large file without re-encoding it: what it costs beside `cp`."""
import shutil
import subprocess

from processes import cost

# Of the clip that is repeated until the file is large enough: what the default of mediarec is.
BIT_RATES = ["-b:v", "2500k", "-b:a", "128k"]


class Copy:
    """A program that copies a file: its name, and the command line for an input and an output."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def missing(self):
        program = self.command("", "")[0]
        return None if shutil.which(program) else program


def contestants(mediarec):
    """`cp` is the least that it can cost; `fix` also reads the file to the end before it writes."""
    binary = mediarec.binary
    return [
        Copy("cp", lambda source, output: ["cp", source, output]),
        Copy("mediarec fix", lambda source, output: [binary, "fix", "--force", source, "-o", output]),
        Copy("mediarec record --input",
             lambda source, output: [binary, "record", "-q", "--force", "--input", source, "-o", output]),
        Copy("ffmpeg -c copy", lambda source, output: ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source,
                                                       "-c", "copy", output]),
        Copy("mkvmerge", lambda source, output: ["mkvmerge", "-q", "-w", "-o", output, source]),
    ]


def large_file(clip, megabytes):
    """A WebM of at least so many MB, in the cache: the clip, encoded once, again and again."""
    path = clip.directory / f"copy-{megabytes}MB.webm"
    if path.exists():
        return path
    once = clip.directory / "copy-once.webm"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip.y4m, "-i", clip.wav, "-c:v", "libvpx",
                    "-deadline", "realtime", "-cpu-used", "-8", "-g", "60", "-c:a", "libopus", *BIT_RATES, once], check=True)
    times = -(-megabytes * 1_000_000 // once.stat().st_size)
    pieces = clip.directory / "copy-pieces.txt"
    pieces.write_text(f"file '{once}'\n" * times)
    partial = clip.directory / "copy.part.webm"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", pieces, "-c", "copy",
                    partial], check=True)
    partial.rename(path)
    return path


def copying(contestant, source, directory):
    """A file into another one; what is written stays with the system, as after `cp`."""
    output = directory / "copy.webm"
    output.unlink(missing_ok=True)
    spent = cost(contestant.command(str(source), str(output)))
    return {**spent, "size": output.stat().st_size / 1e6}

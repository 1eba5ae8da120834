"""Where the time goes between exec and the first block on a pipe: what starts with less is measured beside what starts with more."""
import statistics

from measures import first_block
from processes import cost

SIZE = ["--width", "==640", "--height", "==360", "--frame-rate", "==30"]
# Each adds something to one of those above it.
STAGES = {
    "the program: `--version`": ["--version"],
    "audio that need not be waited for": ["--fake-devices=unpaced", "--no-video"],
    "live audio: the first packet is 20 ms long": ["--fake-devices", "--no-video"],
    "live 640×360 video": ["--fake-devices", "--no-audio", *SIZE],
    "live 1280×720 video": ["--fake-devices", "--no-audio"],
    "live 1280×720 video and audio": ["--fake-devices"],
}


def milliseconds(binary, arguments):
    """From exec to the first block, or to the end of a program that has none."""
    if arguments == ["--version"]:
        return cost([binary, *arguments])["wall"] * 1000
    return first_block([binary, "record", "-q", "--timeslice", "0", *arguments, "-o", "-"])


def table(binary, options):
    measured = {stage: [] for stage in STAGES}
    for _ in range(4 * options.runs):
        for stage, arguments in STAGES.items():
            measured[stage].append(milliseconds(binary, arguments))
    lines = [["exec to first block on a pipe", "median ms", "worst ms"], ["---", "--:", "--:"]]
    lines += [[stage, f"{statistics.median(times):.1f}", f"{max(times):.1f}"] for stage, times in measured.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

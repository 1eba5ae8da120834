"""Runs mediarec in a pseudo-terminal and draws what it shows as SVG. Started by script/pictures."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent

# Name of the picture, arguments, after how many seconds it is taken (None: when the program has ended), and what
# its last line must contain.
PICTURES = (
    ("recording", ["record", "--fake-devices", "-o", "talk.webm"], 8.0, " dropped "),
    ("list-devices", ["list-devices", "--fake-devices"], None, "speaker"),
)

ROWS, COLUMNS = 24, 100
TIMEOUT = 30.0

# Sizes in pixels.
CELL, LINE, FONT, PAD, BAR = 8.0, 20, 13, 16, 32

BACKGROUND, BORDER, TEXT, PROMPT = "#161b22", "#484f58", "#e6edf3", "#7ee787"
# SGR codes that the program uses. A code that is missing here stops the script.
COLORS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 36: "#79c0ff"}
LIGHTS = ("#ff5f57", "#febc2e", "#28c840")

TOKEN = re.compile(r"\x1b\[([\d;?]*)([A-Za-z])|([\r\n\b])|([^\x1b\r\n\b])")


class Screen:
    """A terminal's screen: rows of cells, each a character and its color."""

    def __init__(self):
        self.rows = [[]]
        self.row = self.column = 0
        self.color = TEXT

    def feed(self, text):
        end = 0
        for match in TOKEN.finditer(text):
            if match.start() != end:
                raise ValueError(f"unknown sequence: {text[end:match.start()]!r}")
            end = match.end()
            numbers, command, control, character = match.groups()
            if command:
                self.escape(command, numbers)
            elif control:
                self.control(control)
            else:
                self.put(character)

    def put(self, character):
        if self.column == COLUMNS:
            self.column = 0
            self.move_to(self.row + 1)
        cells = self.rows[self.row]
        cells.extend([(" ", TEXT)] * (self.column + 1 - len(cells)))
        cells[self.column] = (character, self.color)
        self.column += 1

    def control(self, control):
        if control == "\n":
            self.move_to(self.row + 1)
        elif control == "\r":
            self.column = 0
        else:
            self.column = max(self.column - 1, 0)

    def move_to(self, row):
        self.row = max(row, 0)
        while len(self.rows) <= self.row:
            self.rows.append([])

    def escape(self, command, numbers):
        if command == "m":
            for code in (int(number or 0) for number in numbers.split(";")):
                self.color = COLORS[code] if code else TEXT
        elif command == "K":
            kept = {"2": 0, "": self.column, "0": self.column}[numbers]
            del self.rows[self.row][kept:]
        elif command == "A":
            self.move_to(self.row - int(numbers or 1))
        elif command == "B":
            self.move_to(self.row + int(numbers or 1))
        elif not numbers.startswith("?"):
            raise ValueError(f"unknown sequence: ESC [ {numbers}{command}")

    def lines(self):
        """The rows that are not empty at the end."""
        last = max((at for at, cells in enumerate(self.rows) if cells), default=-1)
        return self.rows[: last + 1]


def show(program, arguments, seconds):
    """What a terminal shows after `seconds` of the program, or when it has ended."""
    screen = Screen()
    for character in "$ ":
        screen.color = PROMPT
        screen.put(character)
    screen.color = TEXT
    screen.feed(" ".join(["mediarec", *arguments]) + "\r\n")
    output = run(program, arguments, seconds)
    screen.feed(output.decode())
    return screen.lines()


def run(program, arguments, seconds):
    """The output of the program on a terminal; cut between two writes if it is still running after `seconds`."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execve(program, ["mediarec", *arguments], environment())
    output = b""
    try:
        end = time.monotonic() + (seconds or TIMEOUT)
        while (left := end - time.monotonic()) > 0:
            if not (chunk := read(terminal, left)):
                break
            output += chunk
        if seconds:
            os.kill(child, signal.SIGINT)
            while read(terminal, TIMEOUT):
                pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise SystemExit(f"pictures: mediarec {' '.join(arguments)} ended with {code}:\n{output.decode()}")
    return output


def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDIAREC")}
    kept.pop("NO_COLOR", None)
    return {**kept, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


def read(terminal, timeout):
    """The next piece of output; empty when there is none in time or no more at all."""
    if not select.select([terminal], [], [], timeout)[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the program closed its side.
        return b""


def pieces(cells):
    """Column, color and text of each run of one color, split where there are two spaces or more."""
    column = 0
    for color, run_of_cells in groupby(cells, key=lambda cell: cell[1]):
        text = text_of(run_of_cells)
        for match in re.finditer(r"\S+(?: \S+)*", text):
            yield column + match.start(), color, match.group()
        column += len(text)


def draw_plot(program, path):
    """What `inspect --plot` draws of a recording."""
    record = "record --fake-devices=unpaced --duration 40s --keyframe-interval 3s --reproducible --force -o talk.webm"
    for arguments in (record.split(), ["inspect", "talk.webm", "--plot", path, "--force"]):
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment())


def svg(lines, title):
    width = round(max(map(len, lines)) * CELL + 2 * PAD)
    height = len(lines) * LINE + BAR + PAD
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="{BACKGROUND}" stroke="{BORDER}"/>',
    ]
    drawn += [f'<circle cx="{18 + 18 * at}" cy="16" r="5" fill="{fill}"/>' for at, fill in enumerate(LIGHTS)]
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    drawn.append(f'<g font-family="{font}" font-size="{FONT}">')
    for row, cells in enumerate(lines):
        baseline = BAR + row * LINE + 15
        for column, color, text in pieces(cells):
            # textLength keeps the columns straight, whatever font the reader has.
            drawn.append(
                f'<text x="{PAD + column * CELL:g}" y="{baseline}" fill="{color}" '
                f'textLength="{len(text) * CELL:g}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
            )
    drawn += ["</g>", "</svg>"]
    return "\n".join(drawn) + "\n"


def trimmed(cells):
    """The row without the spaces at its end."""
    return cells[: len(text_of(cells).rstrip())]


def text_of(cells):
    return "".join(character for character, _ in cells)


def main():
    program = Path(os.environ.get("MEDIAREC", "")).resolve()
    if not program.is_file():
        sys.exit("pictures: MEDIAREC is not a program; start script/pictures")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, arguments, seconds, expected in PICTURES:
            lines = [trimmed(cells) for cells in show(str(program), arguments, seconds)]
            if expected not in text_of(lines[-1]):
                sys.exit(f"pictures: {name}: no {expected!r} in {text_of(lines[-1])!r}")
            path = HERE / f"{name}.svg"
            path.write_text(svg(lines, f"mediarec {' '.join(arguments)}"), encoding="utf-8")
            print(path)
        path = HERE / "plot.svg"
        draw_plot(str(program), path)
        print(path)


if __name__ == "__main__":
    main()

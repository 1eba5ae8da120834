"""Finds the blocks of a WebM as its bytes come in, finished or not: as much of the format as timing needs."""
import struct

# Their bodies are entered: the elements within follow as if there were no such level.
ENTERED = {0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0}  # Segment, Cluster, Tracks, TrackEntry, BlockGroup
TIMESTAMP, SIMPLE_BLOCK, BLOCK = 0xE7, 0xA3, 0xA1
TRACK_NUMBER, TRACK_TYPE = 0xD7, 0x83


class Block:
    """One block: its track's kind ("video" or "audio"), its time in ms, and when its last byte came."""

    def __init__(self, kind, time, arrival):
        self.kind, self.time, self.arrival = kind, time, arrival


class BlockReader:
    """Takes the bytes piece by piece; assumes timestamps in ms, as WebM has them."""

    def __init__(self):
        self.buffer = bytearray()
        self.skip = 0
        self.cluster_time = 0
        self.track = 0
        self.kinds = {}

    def feed(self, data, arrival=0.0):
        """The blocks that are complete with these bytes."""
        self.buffer += data
        blocks = []
        while self._skipped():
            header = self._header()
            if header is None:
                break
            identity, size, length = header
            if identity in ENTERED:
                self._take(length)
            elif identity in (TIMESTAMP, SIMPLE_BLOCK, BLOCK, TRACK_NUMBER, TRACK_TYPE):
                if len(self.buffer) < length + size:
                    break
                self._take(length)
                self._element(identity, self._take(size), arrival, blocks)
            else:
                self._take(length)
                self.skip = size
        return blocks

    def _element(self, identity, body, arrival, blocks):
        if identity == TIMESTAMP:
            self.cluster_time = int.from_bytes(body, "big")
        elif identity == TRACK_NUMBER:
            self.track = int.from_bytes(body, "big")
        elif identity == TRACK_TYPE:
            self.kinds[self.track] = "video" if body[-1] == 1 else "audio"
        else:
            (offset,) = struct.unpack(">h", body[1:3])
            blocks.append(Block(self.kinds.get(body[0] & 0x7F), self.cluster_time + offset, arrival))

    def _skipped(self):
        part = min(self.skip, len(self.buffer))
        self._take(part)
        self.skip -= part
        return self.skip == 0

    def _header(self):
        """Identity, size of the body, and own length of the next element; None when it is not all here."""
        identity = self._number(0, keep_marker=True)
        size = identity and self._number(identity[1], keep_marker=False)
        return (identity[0], size[0], identity[1] + size[1]) if size else None

    def _number(self, start, keep_marker):
        if start >= len(self.buffer):
            return None
        first = self.buffer[start]
        length = 9 - first.bit_length()
        if length > 8:
            raise ValueError("not a WebM")
        if start + length > len(self.buffer):
            return None
        value = int.from_bytes(self.buffer[start:start + length], "big")
        return (value if keep_marker else value & ((1 << 7 * length) - 1)), length

    def _take(self, length):
        taken = bytes(self.buffer[:length])
        del self.buffer[:length]
        return taken


def blocks_of(path):
    """The complete blocks of a file, be it cut off wherever."""
    with open(path, "rb") as file:
        return BlockReader().feed(file.read())

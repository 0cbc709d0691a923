"""What a file is, by its bytes and never by its name; and a picture without what its camera wrote into it.

Pictures are not encoded anew: that would need a library of 20 MB for what is a walk over segments. What can be shown is
what these three formats need to be drawn, and nothing else of the file: metadata, comments, thumbnails, profiles and
whatever stands behind the end are left out. Formats that can act (SVG, HTML, PDF, office files, archives) are not among
them and are refused.
"""

from collections.abc import Iterator

PICTURES = ("image/jpeg", "image/png", "image/webp")
_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
)
_PNG = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB")
_WEBP = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH")
_WEBP_SIZE = 10
_MOST_PIXELS = 100_000_000
"""What a browser can be asked to draw."""


class NotAPicture(ValueError):
    """The bytes are not the picture that their beginning says."""


def media_type(content: bytes) -> str | None:
    """The type of a file that may be kept, or None."""
    if content[8:12] == b"WEBP" and content[:4] != b"RIFF":
        return None
    return next((kind for at, sign, kind in _SIGNS if content[at : at + len(sign)] == sign), None)


def bare(content: bytes) -> bytes:
    """A picture without anything but the picture.

    Raises:
        NotAPicture: it is damaged, or too large to be drawn.
    """
    kind = media_type(content)
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(kind or "")
    if strip is None:
        raise NotAPicture(kind)
    return b"".join(strip(content))


def _jpeg(content: bytes) -> Iterator[bytes]:
    """The segments that the picture is made of (ITU T.81, B.1); of the application's own, Adobe's colours alone."""
    yield content[:2]
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            raise NotAPicture("a segment is missing")
        mark = content[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == 0xD9:
            yield content[at : at + 2]
            return
        length = int.from_bytes(content[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise NotAPicture("a segment is cut off")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = int.from_bytes(content[at + 5 : at + 7]), int.from_bytes(content[at + 7 : at + 9])
            _drawable(width, height)
        application = 0xE0 <= mark <= 0xEF and not (mark == 0xEE and content[at + 4 : at + 9] == b"Adobe")
        if not application and mark != 0xFE:
            yield content[at:end]
        at = end
        if mark == 0xDA:
            at = _scan_end(content, at)
            yield content[end:at]
    raise NotAPicture("its end is missing")


def _scan_end(content: bytes, at: int) -> int:
    """Where the data of a scan end: at the next marker that is no restart and no stuffed byte."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
    raise NotAPicture("its end is missing")


def _png(content: bytes) -> Iterator[bytes]:
    """The chunks that the picture is made of (PNG, 5.6)."""
    yield content[:8]
    at = 8
    while at + 12 <= len(content):
        name, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content):
            raise NotAPicture("a chunk is cut off")
        if name == b"IHDR":
            _drawable(int.from_bytes(content[at + 8 : at + 12]), int.from_bytes(content[at + 12 : at + 16]))
        if name in _PNG:
            yield content[at:end]
        if name == b"IEND":
            return
        at = end
    raise NotAPicture("its end is missing")


def _webp(content: bytes) -> Iterator[bytes]:
    """The chunks that the picture is made of (RFC 9649); a still picture alone, and no flag of what is left out."""
    chunks, at = [], 12
    whole = int.from_bytes(content[4:8], "little") + 8
    if whole > len(content):
        raise NotAPicture("its end is missing")
    while at + 8 <= whole:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if at + 8 + size > whole:
            raise NotAPicture("a chunk is cut off")
        if name == b"VP8X" and size >= _WEBP_SIZE:
            wide, high = (int.from_bytes(content[place : place + 3], "little") + 1 for place in (at + 12, at + 15))
            _drawable(wide, high)
            # Of its flags, transparency is kept: not the colour profile, EXIF, XMP, or movement.
            chunks.append(content[at : at + 8] + bytes([content[at + 8] & 0x10]) + content[at + 9 : end])
        elif name in _WEBP:
            chunks.append(content[at:end])
        at = end
    if not any(chunk[:4] in (b"VP8 ", b"VP8L") for chunk in chunks):
        raise NotAPicture("it has no picture")
    body = b"".join(chunks)
    yield b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP"
    yield body


def _drawable(width: int, height: int) -> None:
    if not 0 < width * height <= _MOST_PIXELS:
        raise NotAPicture("it is too large to be drawn")

"""What a file is, by its bytes; a picture without what its camera wrote into it. The pictures are made here."""

import struct
import zlib

import pytest

from bot.sniff import NotAPicture, bare, media_type

SECRET = b"GPS 33.5731 N 7.5898 W"


def segment(mark: int, content: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content


def jpeg(width: int = 2, height: int = 2, *, tail: bytes = SECRET) -> bytes:
    """A JPEG with everything a phone writes into it: EXIF, XMP, a comment, and something behind the end."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"".join((
        b"\xff\xd8", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), segment(0xE1, b"Exif\0\0" + SECRET),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), segment(0xFE, SECRET),
        segment(0xEE, b"Adobe\0d\0\0\0\0\1"), segment(0xDB, bytes(65)), segment(0xC0, frame),
        segment(0xC4, bytes(19)), segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"), b"\x12\xff\x00\x34\xff\xd0\x56",
        b"\xff\xd9", tail,
    ))  # fmt: skip


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int = 1, height: int = 1) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    told = chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"eXIf", SECRET) + chunk(b"iCCP", SECRET)
    picture = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + header + told + picture + chunk(b"IEND", b"") + SECRET


def riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp() -> bytes:
    flags = bytes([0x10 | 0x08 | 0x04, 0, 0, 0]) + (1).to_bytes(3, "little") + (1).to_bytes(3, "little")
    body = b"".join(
        (riff(b"VP8X", flags), riff(b"VP8L", b"\x2f\0\0\0\0"), riff(b"EXIF", SECRET), riff(b"XMP ", SECRET))
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")])
def test_nothing_but_the_picture_is_left(content: bytes, kind: str) -> None:
    assert SECRET in content
    left = bare(content)
    assert SECRET not in left and b"Exif" not in left and b"EXIF" not in left and b"adobe.com" not in left
    assert media_type(left) == kind
    assert bare(left) == left


def test_what_the_picture_needs_is_kept() -> None:
    left = bare(jpeg())
    assert b"Adobe" in left and left.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")
    assert bare(webp())[20] == 0x10, "transparency alone"
    assert int.from_bytes(bare(webp())[4:8], "little") == len(bare(webp())) - 8


@pytest.mark.parametrize("content", [jpeg(), png(), webp()])
def test_a_damaged_picture_is_none(content: bytes) -> None:
    for end in range(len(content) - len(SECRET) - 4):
        with pytest.raises(NotAPicture):
            bare(content[:end])


@pytest.mark.parametrize("content", [jpeg(50_000, 50_000), png(60_000, 60_000), png(0, 1)])
def test_a_picture_that_no_browser_can_draw_is_none(content: bytes) -> None:
    with pytest.raises(NotAPicture, match="too large"):
        bare(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"OggS\0\2", "audio/ogg"), (b"#!AMR\n", "audio/amr"), (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"), (b"\x1aE\xdf\xa3", "video/webm"),
        (b"<svg onload=alert(1)>", None), (b"<!doctype html><script>", None), (b"%PDF-1.7", None),
        (b"PK\3\4", None), (b"MZ\x90\0", None), (b"\xd0\xcf\x11\xe0", None), (b"GIF89a<script>", None), (b"", None),
        (b"\x7fELF", None), (b"XXXX\0\0\0\0WEBP", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say_and_nothing_that_acts_is_kept(content: bytes, kind: str | None) -> None:
    assert media_type(content) == kind

"""What comes in from outside: told by its bytes, written anew, or refused with the reason."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portico.domain.documents import rules
from portico.domain.documents.errors import UnusableFile
from portico.domain.documents.uploads import Sent, Usable, usable
from portico.kernel import images
from tests.factories.documents import PDF, jpeg

PLACE = b"GPS-OF-A-HOME"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def photo(*, turned: int = 1, kind: str = "JPEG") -> bytes:
    """A picture of 64 by 48 that says where and with what it was taken; its left half is red."""
    picture = Image.new("RGB", (64, 48), "blue")
    picture.paste("red", (0, 0, 32, 48))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = turned, PLACE.decode()
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (47.0, 36.0, 12.0)
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, quality=95)
    return out.getvalue()


def send(content: bytes, name: str) -> Usable:
    return usable(Sent(name, io.BytesIO(content), len(content)))


def reason(content: bytes, name: str) -> str:
    with pytest.raises(UnusableFile) as refused:
        send(content, name)
    return str(refused.value.message)


def giant_png(side: int = 30_000) -> bytes:
    """A few hundred bytes that say they are a picture of 900 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ("JPEG", "PNG", "WEBP"))
def test_place_and_camera_are_gone(kind: str) -> None:
    sent = photo(kind=kind)
    assert PLACE in sent

    kept = send(sent, f"house.{kind.lower()}").content.read()

    assert PLACE not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}
        assert dict(picture.getexif().get_ifd(GPS)) == {}


def test_picture_that_lay_on_its_side_stands_upright() -> None:
    kept = send(photo(turned=6), "house.jpg")

    assert (kept.width, kept.height) == (48, 64)
    with Image.open(kept.content) as picture:
        assert picture.size == (48, 64)
        red, _, blue = picture.getpixel((24, 8))  # type: ignore[misc]
        assert red > 200 > blue


def test_comment_and_what_hangs_behind_a_picture_are_gone() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("run.js", "alert(1)")
    sent = jpeg(comment=b"<script>alert(1)</script>") + archive.getvalue()

    kept = send(sent, "house.jpg").content.read()

    assert b"script" not in kept
    assert b"run.js" not in kept
    assert kept.endswith(b"\xff\xd9")


def test_text_inside_a_png_is_gone() -> None:
    noted = io.BytesIO()
    texts = PngInfo()
    texts.add_text("Comment", PLACE.decode())
    Image.new("RGBA", (8, 8), "#00ff0080").save(noted, "PNG", pnginfo=texts)

    kept = send(noted.getvalue(), "drawing.png").content.read()

    assert PLACE in noted.getvalue()
    assert PLACE not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.getpixel((1, 1)) == (0, 255, 0, 128)


def test_pdf_is_kept_byte_for_byte() -> None:
    kept = send(PDF, "Warranty.PDF")
    assert (kept.content.read(), kept.content_type, kept.name, kept.width) == (PDF, rules.PDF, "Warranty.PDF", None)


def test_picture_of_too_many_pixels_is_refused_without_being_decoded() -> None:
    assert reason(giant_png(), "bomb.png") == "Only photos (JPEG, PNG, WebP, GIF) and PDF files can be uploaded."
    assert reason(giant_png(6400), "large.png") == "This picture has too many pixels. Take a smaller one."


@pytest.mark.parametrize(
    ("content", "name", "word"),
    (
        (b"", "empty.jpg", "empty"),
        (b"<html><script>alert(1)</script></html>", "photo.jpg", "Only photos"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.svg", "Only photos"),
        (b"PK\x03\x04 an archive", "files.zip", "Only photos"),
        (b"MZ a program", "setup.exe", "Only photos"),
        (b"BM" + bytes(60), "drawing.bmp", "Only photos"),
        (b"\x00\x00\x00\x18ftypheic", "IMG_1.HEIC", "HEIC"),
        (photo()[:-60], "half.jpg", "cannot be read"),
        (b"%PDF-1.7 and then nothing", "half.pdf", "end of this PDF"),
        (PDF + b"PK\x05\x06" + bytes(18), "two-in-one.pdf", "archive"),
        (PDF, "invoice.html", "ends in .html"),
        (jpeg(), "page.svg", "ends in .svg"),
        (jpeg(), "photo.jpg\u202egnp.exe", "ends in .exe"),
    ),
)
def test_everything_else_is_refused_with_the_reason(content: bytes, name: str, word: str) -> None:
    assert word in reason(content, name)


def test_file_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnusableFile, match="12 MB"):
        usable(Sent("large.jpg", io.BytesIO(jpeg()), rules.MOST_BYTES + 1))


@pytest.mark.parametrize(
    ("name", "content_type", "saved_as"),
    (
        ("photo.jpg", "image/jpeg", "photo.jpg"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("drawing.gif", "image/png", "drawing.png"),
        ("C:\\Users\\me\\..\\photo", "image/jpeg", "photo.jpg"),
        ("../../etc/passwd", rules.UNKNOWN, "passwd.bin"),
        ("page.html", rules.UNKNOWN, "page.html.bin"),
        ("page.html", rules.PDF, "page.html.pdf"),
        ("plan.docx", rules.UNKNOWN, "plan.docx"),
        ("photo\u202egpj.exe", rules.UNKNOWN, "photogpj.exe.bin"),
        ("", rules.PDF, "document.pdf"),
        ("…".join(["long name"] * 40) + ".pdf", rules.PDF, "…".join(["long name"] * 40)[:116] + ".pdf"),
        ("設備照片.jpg", "image/jpeg", "設備照片.jpg"),
    ),
)
def test_download_ends_as_its_bytes_do(name: str, content_type: str, saved_as: str) -> None:
    assert rules.download_name(name, content_type) == saved_as


def test_thumbnail_is_small_upright_and_bare() -> None:
    sent = io.BytesIO(photo(turned=6))
    made = images.thumbnail(sent)
    assert PLACE not in made
    with Image.open(io.BytesIO(made)) as small:
        assert (small.format, small.size) == ("JPEG", (48, 64))


@pytest.mark.parametrize(("content", "is_bare"), ((jpeg(), True), (photo(), False), (jpeg(comment=b"x"), False)))
def test_jpeg_that_tells_more_than_its_picture_is_known_before_it_is_decoded(content: bytes, is_bare: bool) -> None:
    found = images.look(io.BytesIO(content))
    assert found is not None
    assert (found.content_type, found.width, found.height, found.is_bare) == ("image/jpeg", 64, 48, is_bare)

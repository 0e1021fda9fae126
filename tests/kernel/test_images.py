import io

import pytest
from PIL import Image, PngImagePlugin

from portico.kernel import images
from portico.kernel.errors import UnusablePicture


def picture(kind: str, size: tuple[int, int], *, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind, **options)
    return out.getvalue()


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",))


@pytest.mark.parametrize(("kind", "size", "kept"), (("PNG", (200, 80), (200, 80)), ("JPEG", (2000, 1000), (512, 256))))
def test_logo_becomes_a_png_of_at_most_512(kind, size, kept):
    assert opened(images.clean_logo(picture(kind, size))).size == kept


def test_logo_loses_what_was_hidden_in_it():
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "secret-words")
    fresh = images.clean_logo(picture("PNG", (20, 20), pnginfo=hidden) + b"secret-tail")
    assert (b"secret" in fresh, opened(fresh).info) == (False, {})


def test_logo_keeps_transparency():
    assert opened(images.clean_logo(picture("PNG", (4, 4), mode="RGBA"))).mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    (b"", b"<svg/>", picture("GIF", (4, 4)), picture("PNG", (40, 40))[:60], b"\x89PNG\r\n\x1a\n" + b"0" * 50),
)
def test_logo_that_cannot_be_read_is_refused(content):
    with pytest.raises(UnusablePicture, match="is not a PNG or JPEG"):
        images.clean_logo(content)


def test_logo_that_is_too_large_is_refused():
    with pytest.raises(UnusablePicture, match="at most 5 MB"):
        images.clean_logo(b"0" * (images.MOST_BYTES + 1))


def test_logo_of_too_many_pixels_is_refused():
    with pytest.raises(UnusablePicture, match="too many pixels"):
        images.clean_logo(picture("PNG", (8000, 6000), mode="1"))


def test_margins_are_trimmed():
    whole = Image.new("RGBA", (50, 50))
    whole.paste("teal", (10, 20, 30, 25))
    out = io.BytesIO()
    whole.save(out, "PNG")
    assert opened(images.trimmed(out.getvalue())).size == (20, 5)

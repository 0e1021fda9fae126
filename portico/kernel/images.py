"""Pictures from outside are decoded and written anew; nothing of the file that was sent is kept."""

import io

from PIL import Image, UnidentifiedImageError

from portico.kernel import errors

LOGO_SIDE = 512
MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000


class UnusablePicture(errors.NotPossible):
    """The file is not a picture that we take."""

    code = "unusable_picture"


def clean_logo(content: bytes) -> bytes:
    """A PNG or JPEG as a fresh PNG of at most 512 pixels a side, without anything that was hidden in the file."""
    if len(content) > MOST_BYTES:
        raise UnusablePicture("This picture is too large. Take one of at most 5 MB.")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            return _fresh_png(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as unreadable:
        raise UnusablePicture("This file is not a PNG or JPEG picture that can be read.") from unreadable


def trimmed(png: bytes) -> bytes:
    """A PNG of ours without its transparent margins."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        whole = picture.convert("RGBA")
    box = whole.getchannel("A").getbbox()
    if box is None:
        raise UnusablePicture("This drawing shows nothing.")
    return _png(whole.crop(box))


def _fresh_png(picture: Image.Image) -> bytes:
    if picture.width * picture.height > MOST_PIXELS:
        raise UnusablePicture("This picture has too many pixels. Take a smaller one.")
    picture.draft("RGB", (LOGO_SIDE, LOGO_SIDE))
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture.convert("RGBA"))
    bare.thumbnail((LOGO_SIDE, LOGO_SIDE))
    return _png(bare)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()

"""What becomes a picture of the shop, and what does not."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from PIL import Image

from catalog.errors import InvalidPicture
from catalog.pictures import check_drawing, picture_document, store_drawing, store_upload

SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


@pytest.fixture(autouse=True)
def _media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(file_format: str, size: tuple[int, int] = (2000, 1000), mode: str = "RGB") -> bytes:
    buffer = BytesIO()
    Image.new(mode, size, "teal").save(buffer, file_format)
    return buffer.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_an_upload_is_made_into_webp_of_every_size(file_format: str) -> None:
    stored = picture_document(store_upload(picture(file_format)), "A square")

    widths = {}
    for name, url in {"large": stored.url, **stored.sizes}.items():
        with default_storage.open(url.removeprefix("/media/")) as file, Image.open(file) as made:
            assert made.format == "WEBP"
            widths[name] = made.size
    assert widths == {
        "large": (1600, 800), "page": (800, 400), "card": (400, 200), "thumb": (120, 60),
    }  # fmt: skip


def test_transparency_is_kept_and_small_pictures_are_not_blown_up() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (50, 50), (0, 128, 128, 40)).save(buffer, "PNG")

    name = store_upload(buffer.getvalue())

    with default_storage.open(name) as file, Image.open(file) as made:
        assert (made.mode, made.size) == ("RGBA", (50, 50))


def test_nothing_but_pixels_survives_an_upload() -> None:
    content = picture("PNG", size=(9, 9)) + b"<script>alert(1)</script>"

    with default_storage.open(store_upload(content)) as file:
        assert b"script" not in file.read()


def test_storing_twice_is_storing_once() -> None:
    assert store_upload(picture("PNG")) == store_upload(picture("PNG"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a PNG, JPEG or WebP"),
        (b"GIF89a" + b"\0" * 50, "not a PNG, JPEG or WebP"),
        (SVG.format("").encode(), "not a PNG, JPEG or WebP"),
        (picture("PNG")[:200], "damaged|not a PNG"),
        (picture("JPEG")[:800], "damaged"),
        (picture("BMP", size=(9, 9)), "not a PNG, JPEG or WebP"),
        (picture("PNG", size=(8000, 6000), mode="1"), "too many pixels: 8000 by 6000"),
        (b"\x89PNG" + b"\0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
    ids=["empty", "gif", "svg", "cut png", "cut jpeg", "bmp", "too many pixels", "too large"],
)
def test_what_is_not_a_picture_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InvalidPicture, match=message):
        store_upload(content)

    assert not default_storage.exists("pictures")


def test_our_own_drawings_are_stored_as_they_are() -> None:
    drawing = SVG.format('<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/>')

    stored = picture_document(store_drawing(drawing), "A box")

    assert set(stored.sizes.values()) == {stored.url}
    with default_storage.open(stored.url.removeprefix("/media/")) as file:
        assert file.read().decode() == drawing


@pytest.mark.parametrize(
    "drawing",
    [
        SVG.format("<script>alert(1)</script>"),
        SVG.format('<rect onload="alert(1)"/>'),
        SVG.format("<foreignObject/>"),
        SVG.format("<style>*{}</style>"),
        SVG.format('<use href="https://elsewhere.example/x.svg#a"/>'),
        SVG.format('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:text/html,x"/>'),
        SVG.format('<rect fill="url(https://elsewhere.example/x)"/>'),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"),
        '<?xml-stylesheet href="x.css"?>' + SVG.format(""),
        SVG.format("<rect>"),
        "<html/>",
        "",
    ],
)
def test_a_drawing_may_hold_nothing_but_shapes(drawing: str) -> None:
    with pytest.raises(InvalidPicture):
        check_drawing(drawing.encode())

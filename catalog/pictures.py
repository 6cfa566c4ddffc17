"""Pictures: uploads checked and re-made as WebP renditions, our own drawings checked as SVG.

What is stored is never the uploaded file but what we drew from its pixels: no metadata, no
trailing archive or script survives. Names are digests of the content, so storing twice is
harmless, and the files can be cached for ever.
"""

from collections.abc import Iterator
from hashlib import blake2b
from io import BytesIO
from xml.etree import ElementTree as ET

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.errors import InvalidPicture
from catalog.types import PictureDocument, PictureInput

LARGEST_UPLOAD = 10 * 1024 * 1024
LARGEST_SVG = 200 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
WIDTHS = {"large": 1600, "page": 800, "card": 400, "thumb": 120}
SVG_ELEMENTS = frozenset(
    """
    svg g defs path rect circle ellipse line polyline polygon text tspan title desc use symbol
    linearGradient radialGradient stop clipPath mask pattern filter feGaussianBlur feOffset
    feMerge feMergeNode feColorMatrix feFlood feComposite feDropShadow
    """.split()  # noqa: SIM905 (a list of forty strings is harder to read)
)


def picture_document(file: str, alt: str) -> PictureDocument:
    """Return the addresses of a stored picture's renditions."""
    return PictureDocument(
        alt=alt,
        url=default_storage.url(file),
        sizes={size: picture_url(file, size) for size in ("card", "page", "thumb")},
    )


def picture_url(file: str, size: str) -> str:
    # A drawing scales by itself: one file serves every size.
    return default_storage.url(file.replace("-large.", f"-{size}."))


def store_picture(picture: PictureInput) -> str:
    """Store the picture with its renditions and return the storage name.

    :raises InvalidPicture: if it is not a picture we can show
    """
    if picture.svg is not None:
        return store_drawing(picture.svg)
    if picture.path is None:
        raise InvalidPicture("A picture needs a file or a drawing.")
    try:
        if picture.path.stat().st_size > LARGEST_UPLOAD:
            raise InvalidPicture(f"{picture.path.name} is larger than {_megabytes()} MB.")
        return store_upload(picture.path.read_bytes())
    except OSError as error:
        raise InvalidPicture(f"{picture.path.name}: {error.strerror}.") from error


def store_upload(content: bytes) -> str:
    """Store a PNG, JPEG or WebP file as WebP in every size and return the storage name.

    :raises InvalidPicture: if the content is anything else, damaged or too large
    """
    if len(content) > LARGEST_UPLOAD:
        raise InvalidPicture(f"The picture is larger than {_megabytes()} MB.")
    stem = _stem(content)
    name = f"{stem}-large.webp"
    image = _decode(content)
    # The largest is written last: it being there says that all of them are.
    for size, width in sorted(WIDTHS.items(), key=lambda each: each[1]):
        rendition = image.copy()
        rendition.thumbnail((width, width), Image.Resampling.LANCZOS)
        buffer = BytesIO()
        rendition.save(buffer, "WEBP", quality=82, method=4)
        _put(f"{stem}-{size}.webp", buffer.getvalue())
    return name


def store_drawing(svg: str) -> str:
    """Store a drawing made by our own code and return the storage name.

    :raises InvalidPicture: if it holds more than shapes
    """
    content = svg.encode()
    check_drawing(content)
    return _put(f"{_stem(content)}.svg", content)


def check_drawing(content: bytes) -> None:
    """Refuse scripts, handlers, links and entities: even our own drawings may quote a title.

    :raises InvalidPicture: saying what was found
    """
    body = content.replace(b"<!--", b"").removeprefix(b"<?xml ")
    if len(content) > LARGEST_SVG or b"<!" in body or b"<?" in body:
        raise InvalidPicture("The drawing is too large, or has declarations or instructions.")
    try:
        root = ET.fromstring(content)  # noqa: S314 (declarations were refused above)
    except ET.ParseError as error:
        raise InvalidPicture(f"The drawing is not well-formed: {error}.") from error
    for problem in _foreign_parts(root):
        raise InvalidPicture(f"The drawing may not contain {problem[:60]}.")


def _foreign_parts(root: ET.Element) -> Iterator[str]:
    if _local(root.tag) != "svg":
        yield f"<{_local(root.tag)}> as its root"
    for element in root.iter():
        if _local(element.tag) not in SVG_ELEMENTS:
            yield f"<{_local(element.tag)}>"
        for name, value in element.attrib.items():
            local, text = _local(name).lower(), value.replace(" ", "").lower()
            if local.startswith("on"):
                yield name
            if local == "href" and not text.startswith("#"):
                yield f"a link to {value}"
            if "javascript:" in text or ("url(" in text and "url(#" not in text):
                yield value


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _decode(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _check_pixels(image)
            upright = ImageOps.exif_transpose(image)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if has_alpha else "RGB")
    except InvalidPicture:
        raise
    except UnidentifiedImageError:
        raise InvalidPicture("This is not a PNG, JPEG or WebP picture.") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        # Pillow's decoders raise all of these for damaged files.
        raise InvalidPicture("The picture is damaged.") from error


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width} by {image.height}"
        raise InvalidPicture(f"The picture has too many pixels: {size}.")


def _stem(content: bytes) -> str:
    digest = blake2b(content, digest_size=16).hexdigest()
    return f"pictures/{digest[:2]}/{digest}"


def _put(name: str, content: bytes) -> str:
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name


def _megabytes() -> int:
    return LARGEST_UPLOAD // (1024 * 1024)

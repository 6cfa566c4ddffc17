"""Drawings of products: a small drawing language, read from `drawings/*.yaml`, made into SVG.

A drawing is a list of shapes on a grid of 200 by 200, each one line; fills are letters that
`palette.shades` gives a color for, so that one drawing serves every color of a product:

    R x y width height radius fill      a rectangle
    C x y radius fill                   a circle
    E x y radius radius fill            an ellipse
    P fill path                         a filled path
    S fill width path                   a stroked path with round ends
    T size fill x y text                centered lettering; $brand and $title stand for the words
    L x y                               title and author on a book's cover
    [ transform   …   ]                 a group
    shadow width                        how wide the shadow on the floor is; 0 for none
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

import yaml

from shop.demo.palette import shades

DRAWINGS = Path(__file__).parent / "drawings"
USUAL_SHADOW = 62
TITLE_WIDTH = 13  # characters that fit a book's cover
LETTERED = {"T", "L"}  # never mirrored
TRANSLUCENT = {"s": ("#ffffff", 0.36), "h": ("#1b222c", 0.1)}
BACKDROPS = (
    '<circle cx="100" cy="96" r="80" {0}/>',
    '<path d="M22 200V98a78 78 0 0 1 156 0V200Z" {0}/>',
    '<circle cx="128" cy="78" r="92" {0}/>',
    '<rect y="140" width="200" height="60" {0}/>',
    '<rect x="22" y="20" width="156" height="156" rx="40" {0}/>',
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What may be lettered on a thing."""

    title: str = ""
    brand: str = ""
    author: str = ""


Colors = Mapping[str, str]
Shape = Callable[[list[str], Colors, Words], str]


@cache
def drawings() -> Mapping[str, str]:
    """Return every drawing by name."""
    found: dict[str, str] = {}
    for path in sorted(DRAWINGS.glob("*.yaml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")))
    return {
        name: found[text[2:]] if text.startswith("= ") else text for name, text in found.items()
    }


def draw(name: str, *, color: str, words: Words) -> str:
    """Return the drawing as SVG text; the same arguments give the same text.

    :raises KeyError: if there is no such drawing or color
    """
    seed = _seed(words.brand + words.title)
    colors = shades(color, seed)
    lines = drawings()[name].splitlines()
    backdrop = BACKDROPS[seed // 7 % len(BACKDROPS)].format(f'fill="{colors["backdrop"]}"')
    thing = "".join(_parts(lines, colors, words))
    if seed % 2 and not any(line.strip()[0] in LETTERED for line in lines):
        thing = f'<g transform="matrix(-1 0 0 1 200 0)">{thing}</g>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" role="img">'
        f'<rect width="800" height="800" fill="{colors["ground"]}"/>'
        f'<g transform="scale(4)">{backdrop}{thing}</g></svg>'
    )


def _seed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())


def _parts(lines: list[str], colors: Colors, words: Words) -> Iterator[str]:
    width = USUAL_SHADOW
    if lines[0].startswith("shadow"):
        width = int(lines[0].split()[1])
        lines = lines[1:]
    if width:
        yield f'<ellipse cx="100" cy="170" rx="{width}" ry="6" fill="#1b222c" opacity=".12"/>'
    for line in lines:
        letter, _, rest = line.strip().partition(" ")
        if letter == "[":
            yield f'<g transform="{rest}">'
        elif letter == "]":
            yield "</g>"
        else:
            yield SHAPES[letter](rest.split(), colors, words)


def _paint(kind: str, letter: str, colors: Colors) -> str:
    if letter in TRANSLUCENT:
        color, opacity = TRANSLUCENT[letter]
        return f'{kind}="{color}" {kind}-opacity="{opacity}"'
    return f'{kind}="{colors[letter]}"'


def _rectangle(given: list[str], colors: Colors, _words: Words) -> str:
    x, y, width, height, radius, fill = given
    rounded = f' rx="{radius}"' if radius != "0" else ""
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}"{rounded}'
        f" {_paint('fill', fill, colors)}/>"
    )


def _circle(given: list[str], colors: Colors, _words: Words) -> str:
    x, y, radius, fill = given
    return f'<circle cx="{x}" cy="{y}" r="{radius}" {_paint("fill", fill, colors)}/>'


def _ellipse(given: list[str], colors: Colors, _words: Words) -> str:
    x, y, rx, ry, fill = given
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" {_paint("fill", fill, colors)}/>'


def _path(given: list[str], colors: Colors, _words: Words) -> str:
    return f'<path d="{" ".join(given[1:])}" {_paint("fill", given[0], colors)}/>'


def _stroke(given: list[str], colors: Colors, _words: Words) -> str:
    return (
        f'<path d="{" ".join(given[2:])}" fill="none" {_paint("stroke", given[0], colors)}'
        f' stroke-width="{given[1]}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _lettering(given: list[str], colors: Colors, words: Words) -> str:
    size, fill, x, y, text = given[0], given[1], given[2], given[3], " ".join(given[4:])
    text = text.replace("$brand", words.brand).replace("$title", words.title)
    return _text(text, x=x, y=y, style=f'font-size="{size}" {_paint("fill", fill, colors)}')


def _cover(given: list[str], colors: Colors, words: Words) -> str:
    x, y = given[0], int(given[1])
    lines = wrap(words.title, TITLE_WIDTH)
    size = 11 if len(lines) <= 3 else 9  # noqa: PLR2004 (a long title is set smaller)
    style = f'font-size="{size}" font-weight="700" {_paint("fill", "w", colors)}'
    title = [
        _text(line, x=x, y=str(y + n * (size + 1)), style=style) for n, line in enumerate(lines)
    ]
    below = str(y + len(lines) * (size + 1))
    return "".join(title) + _text(
        words.author, x=x, y=below, style=f'font-size="6.5" {_paint("fill", "c", colors)}'
    )


def _text(text: str, *, x: str, y: str, style: str) -> str:
    family = 'font-family="Georgia,serif" text-anchor="middle"'
    return f'<text x="{x}" y="{y}" {family} {style}>{escape(text)}</text>'


SHAPES: Mapping[str, Shape] = {
    "R": _rectangle,
    "C": _circle,
    "E": _ellipse,
    "P": _path,
    "S": _stroke,
    "T": _lettering,
    "L": _cover,
}

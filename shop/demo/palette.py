"""Colors by the names shoppers read, and the shades a drawing needs of each."""

from collections.abc import Mapping

WHITE, NIGHT = "#ffffff", "#1b222c"
LIGHT_ENOUGH = 0.86  # a thing this bright would vanish on a tint of itself

COLORS: Mapping[str, str] = {
    "Amber": "#d99a3d", "Ash": "#d9c3a0", "Bamboo": "#d8b878", "Berry": "#a63a62",
    "Black": "#3b4048", "Blush": "#e8bdb2", "Brass": "#c9a24b", "Brushed": "#b3bac2",
    "Burgundy": "#7d2f3e", "Camel": "#c0935f", "Cedar": "#b9764e", "Charcoal": "#4d535c",
    "Chocolate": "#6a4634", "Clear": "#bcd8e2", "Copper": "#c27a4e", "Coral": "#e8806a",
    "Cream": "#efe3c6", "Denim": "#5b7a9e", "Forest": "#3f6b52", "Graphite": "#585f6a",
    "Grey": "#9aa1a9", "Indigo": "#454f86", "Ivory": "#f1ead7", "Lilac": "#b3a2d4",
    "Maple": "#d9ac72", "Mint": "#a3d3bd", "Mirror": "#c9d0d7", "Mustard": "#d6a437",
    "Natural": "#d3a873", "Navy": "#33486e", "Oak": "#c99a62", "Oat": "#ddcdb0",
    "Olive": "#7d7f45", "Orange": "#e5833a", "Plum": "#744a75", "Red": "#c9453f",
    "Rose": "#d98b96", "Rust": "#b4583a", "Sage": "#9db393", "Sand": "#d7bf95",
    "Sky": "#86b7d9", "Slate": "#66788a", "Smoke": "#6f7780", "Steel": "#b9c1c9",
    "Stone": "#b9b3a8", "Tan": "#bd8a58", "Teal": "#36878a", "Terracotta": "#c66f4e",
    "Walnut": "#845a3d", "White": "#f5f5f2", "Yellow": "#efc23f",
}  # fmt: skip

# What every drawing shares; the letters are those of the drawing language.
FIXED: Mapping[str, str] = {
    "w": WHITE, "k": "#2b3440", "g": "#cdd4da", "G": "#8d97a3", "b": "#cf9f6b",
    "B": "#8f6743", "c": "#f7efdc", "r": "#d2574b", "y": "#f0bf4c", "n": "#7fa66d",
    "N": "#557c50", "o": "#d3e8ee",
}  # fmt: skip
ACCENTS = ("#e0795d", "#4f8f96", "#e2ac46", "#6c7fb0", "#8a9f62", "#b36a85")
QUIET_GROUNDS = ("#d6e0dd", "#e3d9ca", "#d3deea", "#e6d8dc", "#dadfcf")


def shades(color: str, seed: int) -> dict[str, str]:
    """Return the colors of one drawing by letter; `ground` and `backdrop` lie behind it."""
    main = COLORS[color]
    accent = _accent(main, seed)
    return {
        **FIXED,
        "m": main,
        "d": mix(main, NIGHT, 0.2),
        "D": mix(main, NIGHT, 0.45),
        "l": mix(main, WHITE, 0.28),
        "p": mix(main, WHITE, 0.62),
        "a": accent,
        "A": mix(accent, NIGHT, 0.22),
        **_behind(main, seed),
    }


def mix(color: str, other: str, share: float) -> str:
    """Return `color` with this share of `other` in it."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def brightness(color: str) -> float:
    red, green, blue = _channels(color)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _behind(main: str, seed: int) -> dict[str, str]:
    if brightness(main) > LIGHT_ENOUGH:
        ground = QUIET_GROUNDS[seed % len(QUIET_GROUNDS)]
        return {"ground": ground, "backdrop": mix(ground, NIGHT, 0.07)}
    ground = mix(mix(main, WHITE, 0.8), "#f5eee2", 0.35)
    return {"ground": ground, "backdrop": mix(ground, WHITE, 0.5)}


def _accent(main: str, seed: int) -> str:
    """Return an accent that can be told from the main color."""
    start = seed % len(ACCENTS)
    turned = ACCENTS[start:] + ACCENTS[:start]
    return max(turned[:3], key=lambda accent: _distance(accent, main))


def _distance(one: str, other: str) -> int:
    return sum(abs(a - b) for a, b in zip(_channels(one), _channels(other), strict=True))

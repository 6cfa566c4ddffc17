"""How many of each variant lie where: the same numbers each time, spread so that not everything
reaches everybody.

Only Stockton ships to Alaska and Hawaii, only Atlanta to Puerto Rico.
"""

from collections.abc import Iterable, Iterator
from random import Random

from catalog.types import ProductInput
from shop.demo.content import Model

WEST, EAST = "SCK1", "ATL1"
REGIONS = (("SEA1",), ("SEA1", "DEN1"), ("DFW1",), ("MSP1",), ("ABE1",), ("ABE1", "MSP1"))
INLAND = ("SEA1", "DEN1", "DFW1", "MSP1", "CMH1", "ABE1")
ALL = (WEST, EAST, *INLAND)
SOLD_OUT, NEARLY_GONE = 0.02, 0.08


def stock_lines(products: Iterable[tuple[Model, ProductInput]]) -> Iterator[str]:
    """Yield the stock of these products as the lines of a stock file, its header first."""
    yield "warehouse,sku,on_hand"
    for model, data in products:
        dice = Random(f"{model.brand}|{model.title}")  # noqa: S311 (to be the same each time)
        places = _places(model.ships, dice)
        for variant in data.variants:
            sold_out = dice.random() < SOLD_OUT and len(data.variants) > 1
            for place in places:
                units = 0 if sold_out else _units(model.ships, dice)
                yield f"{place},{variant.sku},{units}"


def _places(ships: str, dice: Random) -> tuple[str, ...]:
    """Return the warehouses that keep a product.

    :raises ValueError: if nobody has said how such a product ships
    """
    match ships:
        case "everywhere":
            return (WEST, EAST, *dice.sample(INLAND, 3))
        case "usual":
            coasts = dice.choice(
                [(WEST, EAST), (WEST, EAST), (WEST, "CMH1"), (EAST, WEST, "SEA1")]
            )
            return (*coasts, *dice.sample([each for each in INLAND if each not in coasts], 2))
        case "most":
            return tuple(dice.sample(ALL, 4))
        case "lower48":  # batteries and fuel stay off planes and ships
            return ("CMH1", *dice.sample([each for each in INLAND if each != "CMH1"], 2))
        case "bulky":
            return tuple(dice.sample(INLAND, 3))
        case "regional":
            return dice.choice(REGIONS)
    raise ValueError(f"“{ships}” is not a way to ship.")


def _units(ships: str, dice: Random) -> int:
    if dice.random() < NEARLY_GONE:
        return dice.randint(0, 3)
    return dice.randint(3, 14) if ships == "bulky" else dice.randint(6, 60)

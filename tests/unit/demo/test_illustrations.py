"""The drawings: every product has one for each color, small, safe and well formed."""

from catalog.pictures import check_drawing
from shop.demo.illustrations import Words, draw, drawings
from shop.demo.products import inputs

LARGEST = 6_000


def test_every_product_has_a_drawing_for_each_look() -> None:
    for model, data in inputs():
        pictures = data.pictures or ()
        assert pictures, model.title
        indexes = {variant.picture_index for variant in data.variants}
        assert indexes == set(range(len(pictures))), model.title
        for picture in pictures:
            assert picture.svg is not None
            assert picture.alt
            check_drawing(picture.svg.encode())
            assert len(picture.svg) < LARGEST, model.title


def test_there_are_many_drawings_and_none_is_idle() -> None:
    used = {model.drawing for model, _ in inputs()}

    assert len(used) >= 60
    assert used == set(drawings())


def test_color_changes_the_drawing_and_nothing_else_does() -> None:
    words = Words(title="Fog Line Mug", brand="Saltgrove")

    blue = draw("mug", color="Sky", words=words)

    assert blue == draw("mug", color="Sky", words=words)
    assert blue != draw("mug", color="Rust", words=words)


def test_words_on_a_cover_are_escaped() -> None:
    words = Words(title="Fire & <Flatbread>", brand="Owlgate Press", author="A. & B.")

    svg = draw("book_food", color="Rust", words=words)

    check_drawing(svg.encode())
    assert "Fire &amp;" in svg

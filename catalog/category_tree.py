"""Writing and reading the category tree."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from catalog.documents import path_to_root
from catalog.errors import CategoryNotFound, InvalidCategory
from catalog.models import Category, Product, ProductStatus
from catalog.text import category_slug, problem_with_text
from catalog.touching import touch_products
from catalog.types import CategoryNode, CategoryRef
from shop.core.cache import last_known

SLUG_PATH = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)+")
DEEPEST = 6
LONGEST_NAME = 100
CACHE_KEY = "catalog.category-tree"
CACHE_SECONDS = 60


def split_path(text: str) -> tuple[str, ...]:
    """Return the names in ``Tools > Drills`` or the slugs in ``tools/drills``.

    :raises InvalidCategory: if a part is empty, too long or there are too many
    """
    text = text.strip()
    by_slug = ">" not in text and SLUG_PATH.fullmatch(text)
    parts = tuple(part.strip() for part in text.split("/" if by_slug else ">"))
    for part in parts:
        problem = problem_with_text(part, longest=LONGEST_NAME) if part else "has an empty part"
        if problem:
            raise InvalidCategory(f"“{text[:80]}” {problem}.")
    if len(parts) > DEEPEST:
        raise InvalidCategory(f"“{text[:80]}” is more than {DEEPEST} levels deep.")
    return parts


class CategoryResolver:
    """Category ids by path, each looked up once; missing ones are created if allowed."""

    def __init__(self, *, create: bool) -> None:
        self._create = create
        self._ids: dict[str, int] = dict(Category.objects.values_list("path", "id"))

    def check(self, text: str) -> None:
        """Refuse what `resolve` would refuse, without creating anything.

        :raises InvalidCategory: if the text is no path
        :raises CategoryNotFound: if there is none and none may be created
        """
        if text.strip():
            path = "/".join(category_slug(name) for name in split_path(text))
            if path not in self._ids and not self._create:
                raise CategoryNotFound(text)

    def resolve(self, text: str) -> int | None:
        """Return the category's id, or None for an empty text.

        :raises InvalidCategory: if the text is no path
        :raises CategoryNotFound: if there is none and none may be created
        """
        if not text.strip():
            return None
        names = split_path(text)
        path = "/".join(category_slug(name) for name in names)
        if path not in self._ids:
            if not self._create:
                raise CategoryNotFound(text)
            self._create_path(names)
        return self._ids[path]

    def _create_path(self, names: Sequence[str]) -> None:
        parent: int | None = None
        path = ""
        for name in names:
            slug = category_slug(name)
            path = f"{path}/{slug}" if path else slug
            if path not in self._ids:
                shown = name if name != slug else name.replace("-", " ").capitalize()
                category, _created = Category.objects.get_or_create(
                    path=path, defaults={"name": shown, "slug": slug, "parent_id": parent}
                )
                self._ids[path] = category.pk
            parent = self._ids[path]


def check_placement(category: Category) -> None:
    """Give the category its slug and path, or refuse its place.

    :raises InvalidCategory: if it would lie within itself, too deep, or its address is taken
    """
    parent = Category.objects.get(pk=category.parent_id) if category.parent_id else None
    old_path = Category.objects.filter(pk=category.pk).values_list("path", flat=True).first()
    if old_path and parent and f"{parent.path}/".startswith(f"{old_path}/"):
        raise InvalidCategory("A category cannot lie within itself.")
    category.slug = category.slug or category_slug(category.name)
    category.path = f"{parent.path}/{category.slug}" if parent else category.slug
    deepest = category.path.count("/") + 1 + (_levels_below(old_path) if old_path else 0)
    if deepest > DEEPEST:
        raise InvalidCategory(f"The tree is at most {DEEPEST} levels deep.")
    if Category.objects.filter(path=category.path).exclude(pk=category.pk).exists():
        raise InvalidCategory(f"There is a category {category.path} already.")


def _levels_below(path: str) -> int:
    below = Category.objects.filter(path__startswith=f"{path}/").values_list("path", flat=True)
    return max((each.count("/") - path.count("/") for each in below), default=0)


@transaction.atomic
def place_category(category: Category) -> None:
    """Save a new or changed category with its path; its subtree and products follow.

    :raises InvalidCategory: if it would lie within itself, too deep, or its address is taken
    """
    # Two moves at once could make a ring: the tree is changed by one at a time.
    list(Category.objects.select_for_update().order_by("id").values_list("id"))
    old = Category.objects.filter(pk=category.pk).first() if category.pk else None
    check_placement(category)
    category.save()
    if old and (old.path, old.name) != (category.path, category.name):
        _move_subtree(old.path, category.path)
        touch_products(Product.objects.filter(category__in=subtree(category.path)))
    forget_tree()


def _move_subtree(old: str, new: str) -> None:
    below = Category.objects.filter(path__startswith=f"{old}/")
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))


def subtree(path: str) -> QuerySet[Category]:
    return Category.objects.filter(Q(path=path) | Q(path__startswith=f"{path}/"))


def forget_tree() -> None:
    """Have the cached tree read again once this transaction is over."""
    transaction.on_commit(_forget_now, robust=True)


def _forget_now() -> None:
    cache.delete(CACHE_KEY)


def read_tree() -> tuple[CategoryNode, ...]:
    """Return the root categories with their subtrees, from the cache if it has them."""
    tree: tuple[CategoryNode, ...] | None = cache.get(CACHE_KEY)
    if tree is None:
        tree = last_known(f"{CACHE_KEY}:last", _build_tree)
        cache.set(CACHE_KEY, tree, CACHE_SECONDS)
    return tree


def _build_tree() -> tuple[CategoryNode, ...]:
    rows = list(
        Category.objects.order_by("position", "name", "id")
        .annotate(own=Count("products", filter=Q(products__status=ProductStatus.PUBLISHED)))
        .values_list("path", "name", "own")
    )
    names = {path: name for path, name, _own in rows}
    children: dict[str, list[str]] = defaultdict(list)
    for path, _name, _own in rows:
        children[path.rpartition("/")[0]].append(path)
    return _nodes("", children, names, {path: own for path, _name, own in rows})


def _nodes(
    parent: str,
    children: Mapping[str, Iterable[str]],
    names: Mapping[str, str],
    own: Mapping[str, int],
) -> tuple[CategoryNode, ...]:
    nodes = []
    for path in children.get(parent, ()):
        below = _nodes(path, children, names, own)
        nodes.append(
            CategoryNode(
                path=path,
                name=names[path],
                children=below,
                product_count=own[path] + sum(node.product_count for node in below),
                ancestors=tuple(
                    CategoryRef(path=each, name=names[each]) for each in path_to_root(path)[:-1]
                ),
            )
        )
    return tuple(nodes)

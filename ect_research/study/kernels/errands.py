"""Work that needs the libraries of analysis, given to whoever has imported them already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Made = TypeVar("Made")


class Errand(NamedTuple):
    """A function of a module and what it is given; plain data that another process can be sent.

    Attributes:
        function: found again by its name.
        given: its arguments.
    """

    function: Callable[..., Any]
    given: tuple[Any, ...]


class Aside(Protocol):
    """Whoever runs errands: this process (`Here`), or children of the process that kernels are forked from."""

    def do(self, function: Callable[..., Made], *given: Any) -> Made:  # noqa: ANN401 - what the function takes
        """What a function returns, or raises."""


class Here:
    """Runs errands in this process.

    >>> Here().do(divmod, 7, 2)
    (3, 1)
    """

    def do(self, function: Callable[..., Made], *given: Any) -> Made:  # noqa: ANN401 - what the function takes
        """What a function returns, or raises."""
        return function(*given)


def do_all(aside: Aside, errands: Sequence[Errand], jobs: int) -> list[Any]:
    """What several errands return, in their order, `jobs` of them at once.

    >>> do_all(Here(), [Errand(divmod, (7, 2)), Errand(abs, (-1,))], 2)
    [(3, 1), 1]
    """
    if isinstance(aside, Here):
        return [aside.do(errand.function, *errand.given) for errand in errands]
    with ThreadPoolExecutor(jobs, "course") as pool:
        return list(pool.map(lambda errand: aside.do(errand.function, *errand.given), errands))

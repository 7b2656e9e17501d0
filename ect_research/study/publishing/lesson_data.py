"""Small invented tables whose truth is known, since we made them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ect_research.errors import EctError

_PROJECTS = 42


def _noise() -> pd.DataFrame:
    """Six variables thrown at random: there is nothing to find."""
    codes = np.random.default_rng(7).choice(["un", "deux", "trois"], (_PROJECTS, 6))
    return _named(pd.DataFrame(codes, columns=[f"v{number}" for number in range(1, 7)]))


def _copies() -> pd.DataFrame:
    """A legal form told three times, among four variables thrown at random: the codes of one fact, and no type."""
    chance = np.random.default_rng(11)
    form = chance.choice(["association", "scic", "scop", "collectivite"], _PROJECTS)
    family = {"association": "ESS", "scic": "ESS", "scop": "ESS", "collectivite": "public"}
    frame = pd.DataFrame(chance.choice(["oui", "non"], (_PROJECTS, 4)), columns=["v1", "v2", "v3", "v4"])
    short, families = [one[:3] for one in form], [family[one] for one in form]
    return _named(frame.assign(forme=form, forme_abregee=short, famille=families))


def _types() -> pd.DataFrame:
    """Three types of projects; two answers of three follow the type, the others fall at random."""
    chance = np.random.default_rng(6)
    kind = np.repeat(np.arange(3), _PROJECTS // 3)
    followed = chance.random((_PROJECTS, 10)) < 0.65
    codes = np.where(followed, kind[:, None], chance.integers(0, 3, (_PROJECTS, 10)))
    words = np.array(["un", "deux", "trois"])[codes]
    return _named(pd.DataFrame(words, columns=[f"v{number}" for number in range(1, 11)]))


def _network() -> pd.DataFrame:
    """Six projects; the intermediary is in each, two partners meet again in two."""
    partners = {
        "A": ["intermédiaire", "mairie", "ferme"],
        "B": ["intermédiaire", "mairie", "ferme"],
        "C": ["intermédiaire", "école"],
        "D": ["intermédiaire", "école", "banque"],
        "E": ["intermédiaire", "banque"],
        "F": ["intermédiaire", "musée"],
    }
    return pd.DataFrame([(project, one) for project, met in partners.items() for one in met],
                        columns=["projet", "acteur"])  # fmt: skip


def _codings() -> pd.DataFrame:
    """Twenty projects read by two coders: a code that nearly everybody gives, and a code that is shared."""
    rare = [("non", "non")] * 17 + [("oui", "oui")] + [("oui", "non"), ("non", "oui")]
    shared = [("ville", "ville")] * 9 + [("champs", "champs")] * 9 + [("ville", "champs"), ("champs", "ville")]
    return _named(pd.DataFrame({
        f"{variable}_{coder}": [pair[at] for pair in pairs]
        for variable, pairs in (("benevoles", rare), ("lieu", shared))
        for at, coder in enumerate(("codeur1", "codeur2"))
    }))  # fmt: skip


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(pd.Index([f"Q{number:02d}" for number in range(1, len(frame) + 1)], name="projet_id"))


_TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "bruit": _noise, "copies": _copies, "types": _types, "reseau": _network, "codages": _codings,
}  # fmt: skip


def lesson_data(name: str) -> pd.DataFrame:
    """A small invented table, the same on every machine, of which we know the truth.

    Args:
        name: ``bruit`` (6 variables at random), ``copies`` (one fact told three times), ``types`` (three types planted in
            10 variables), ``reseau`` (who is in which project) or ``codages`` (20 projects read by two coders).

    Raises:
        EctError: no such table.

    >>> lesson_data("reseau")["projet"].nunique(), lesson_data("bruit").shape
    (6, (42, 6))
    """
    if name not in _TABLES:
        known = ", ".join(_TABLES)
        raise EctError("« {name} » n’est pas une table des leçons. Choisir parmi : {known}.", name=name, known=known)
    return _TABLES[name]()

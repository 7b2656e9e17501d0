"""Facts that other facts make doubtful: of a later day, out of order, against themselves; said, for some would be dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

import pandas as pd

from ect_research.codebook.codebook import Codebook, code_for, roles
from ect_research.corpus.checks.check_table import CheckedTable, Row
from ect_research.corpus.stages.project_story import ANNOUNCED, Fact, Rules, loops, place_facts, read_rules
from ect_research.corpus.text.dates import FuzzyDate
from ect_research.corpus.text.raw_table import Problem, fold
from ect_research.words import Told, joined, mark

_TOO_LATE = mark("date postérieure à la date d’observation du corpus ({day:%d/%m/%Y})")


def check_story(events: CheckedTable, codebook: Codebook, observed_on: date | None) -> Iterator[Problem]:
    """What to look at again in the events: nothing here is certainly wrong, so nothing is an error."""
    stages = codebook.stages
    openers = {code for said in stages["opens"] for code in said.split()}
    first = set(str(stages["opens"].iloc[0]).split())
    captured = _captures(events, first)
    for row in events.rows:
        said, capture = row.read.get("date_debut"), captured.get(row.text.get("projet_id", ""))
        if not isinstance(said, FuzzyDate):
            continue
        kind = row.read.get("type_evenement")
        if observed_on and said.low and said.low > observed_on and kind not in ANNOUNCED:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"],
                Told(_TOO_LATE, day=observed_on), "un fait déjà observé",
                "vérifier l’année, ou le dernier jour observé (feuille « étude », ou source.toml)", "alerte",
            )  # fmt: skip
        elif kind in openers - first and capture and said.high and said.high < capture[0]:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"],
                Told("fait antérieur à la captation du projet ({date_debut}, ligne {ligne})",
                date_debut=capture[1].text['date_debut'], ligne=capture[1].place.ligne),
                "l’idée d’abord, puis ce qui en est fait", "vérifier les deux dates", "alerte",
            )  # fmt: skip


_ALIKE = (
    ("projets", "nom"), ("acteurs", "nom"), ("acteurs", "siren"), ("maturite", "repondant_id", "projet_id", "vague"),
    ("evenements", "projet_id", "type_evenement", "date_debut"),
)  # fmt: skip


def check_doubles(tables: Mapping[str, CheckedTable]) -> Iterator[Problem]:
    """Rows that perhaps tell one thing under two codes, which would count twice; an event, when its day is known."""
    for table, *columns in _ALIKE:
        first: dict[tuple[str, ...], Row] = {}
        for row in tables[table].rows if table in tables else ():
            day = row.read.get("date_debut")
            if table == "evenements" and not (isinstance(day, FuzzyDate) and day.precision == "jour"):
                continue
            said = tuple(str(day) if name == "date_debut" else fold(row.text.get(name, "")) for name in columns)
            if not all(said) or row.text.get("nature") == "personne" or row.text.get("conflit_avec"):
                continue
            if (other := first.setdefault(said, row)) is not row:
                yield Problem(
                    row.place, columns[-1], row.text[columns[-1]],
                    Told("peut-être deux fois le même : ligne {line} dit aussi {names}", line=other.place.ligne,
                    names=", ".join(columns)), "une ligne par projet, acteur ou fait",
                    "si c’est le même, garder une ligne et y dire les deux sources", "alerte",
                )  # fmt: skip


def check_ties(table: CheckedTable, observed_on: date | None) -> Iterator[Problem]:
    """Participations in a project and ties that begin after the last day observed: counted by analyses as if they stood.

    A participation in a programme, without project, may announce what the programme plans.
    """
    for row in table.rows:
        said = row.read.get("date_debut")
        concerned = table.name != "participations" or row.text.get("projet_id")
        if observed_on and concerned and isinstance(said, FuzzyDate) and said.low and said.low > observed_on:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"], Told(_TOO_LATE, day=observed_on), "un lien déjà observé",
                "vérifier l’année, ou le dernier jour observé (feuille « étude », ou source.toml)",
            )  # fmt: skip


def check_ends(ties: CheckedTable) -> Iterator[Problem]:
    """Ties entered both ways, and brokers who are one of the two: one line of each, to look at."""
    first: dict[tuple[object, ...], Row] = {}
    twice, own = [], []
    for row in ties.rows:
        taker, giver, *more = (row.text.get(name, "") for name in _SAME_TIE)
        if first.setdefault((frozenset((taker, giver)), *more), row).text.get("acteur_a") == giver != taker:
            twice.append(row)
        if row.text.get("mediateur_id") in {taker, giver} - {""}:
            own.append(row)
    for rows, column, said, expected, remedy in (
        (twice, "acteur_a", mark("{n} lien(s) déjà saisis dans l’autre sens, de même nature et aux mêmes dates ({codes})"),
         Told("un lien par ligne"),
         Told("si c’est le même lien, garder une ligne ; s’il va dans les deux sens, ne rien changer")),
        (own, "mediateur_id", mark("{n} lien(s) où le médiateur est l’un des deux acteurs ({codes})"),
         Told("un tiers"), Told("y mettre celui qui les a mis en relation, ou vider la cellule")),
    ):  # fmt: skip
        if rows:
            codes = ", ".join(row.text.get("lien_id", "") for row in rows[:12]) + (", …" if rows[12:] else "")
            told = Told(said, n=len(rows), codes=codes)
            yield Problem(rows[0].place, column, rows[0].text[column], told, expected, remedy, "alerte")


_SAME_TIE = ("acteur_a", "acteur_b", "projet_id", "nature_lien", "date_debut", "date_fin")


def _captures(events: CheckedTable, first: set[str]) -> dict[str, tuple[date, Row]]:
    """The earliest day at which each project was captured, when every capture it has tells one."""
    found: dict[str, tuple[date, Row]] = {}
    open_ended = set()
    for row in events.rows:
        project, said = row.text.get("projet_id", ""), row.read.get("date_debut")
        if row.read.get("type_evenement") not in first or not isinstance(said, FuzzyDate):
            continue
        if said.low is None:
            open_ended.add(project)
        elif project not in found or said.low < found[project][0]:
            found[project] = said.low, row
    return {project: told for project, told in found.items() if project not in open_ended}


def check_ranks(events: CheckedTable, codebook: Codebook) -> Iterator[Problem]:
    """What to look at again in ``ordre`` and ``conflit_avec``; nothing here stops an analysis."""
    rules = read_rules(codebook.stages)
    parts = (rules.opens, rules.opens_with, rules.closes)
    known = {event for part in parts for events_of_stage in part.values() for event in events_of_stage}
    stories: dict[str, list[Row]] = {}
    for row in events.rows:
        if row.read.get("type_evenement") in known or row.read.get("etape_forcee"):
            stories.setdefault(row.text.get("projet_id", ""), []).append(row)
    for project, rows in stories.items():
        if project:
            yield from _ranks(rows)
            yield from _loop(rows, rules)
    yield from _conflicts(events.rows)


def _ranks(rows: list[Row]) -> Iterator[Problem]:
    ranked = [(rank, row) for row in rows if isinstance(rank := row.read.get("ordre"), int)]
    if not ranked:
        return
    if len(ranked) < len(rows):
        without = next(row for row in rows if not isinstance(row.read.get("ordre"), int))
        yield Problem(
            without.place, "ordre", "",
            Told("l’ordre n’est donné que pour {n} des {n2} faits d’étape du projet : il n’est pas utilisé", n=len(ranked),
            n2=len(rows)),
            "un rang pour chaque fait qui ouvre ou ferme une étape", "compléter l’ordre, ou l’effacer", "alerte",
        )  # fmt: skip
        return
    for (one, before), (other, after) in pairwise(sorted(ranked, key=lambda pair: pair[0])):
        if one == other:
            yield Problem(
                after.place, "ordre", str(other), Told("même rang que la ligne {ligne}", ligne=before.place.ligne),
                "un rang par fait",
                "dire lequel vient d’abord", "alerte",
            )  # fmt: skip
        elif _is_after(before, after):
            yield Problem(
                after.place, "ordre", str(other),
                Told("le rang place ce fait ({date}) après celui de la ligne {ligne} ({other}), les dates disent l’inverse",
                     date=after.text["date_debut"], ligne=before.place.ligne, other=before.text["date_debut"]),
                "un ordre que les dates permettent", "corriger le rang ou la date", "alerte",
            )  # fmt: skip


def _loop(rows: list[Row], rules: Rules) -> Iterator[Problem]:
    """Dates that overlap, of which no placement follows the order of the stages."""
    facts = {}
    for row in rows:
        told = row.read.get("date_debut")
        if isinstance(told, FuzzyDate) and told.low and told.high:
            low, high = pd.Timestamp(told.low), pd.Timestamp(told.high)
            rank = row.read.get("ordre")
            facts[row.place] = Fact(
                row.text.get("evenement_id", ""), row.text.get("type_evenement", ""), (low + (high - low) / 2).normalize(),
                low, high, rank if isinstance(rank, int) else None, row.text.get("etape_forcee") or None, None,
            )  # fmt: skip
    placed = place_facts(list(facts.values()), rules)
    vague = any(
        one.high >= other.low and one.low <= other.high for one, other in pairwise(placed) if one.low < one.high
    )
    if vague and loops(placed, rules):
        last = rows[-1]
        yield Problem(
            last.place, "date_debut", last.text.get("date_debut", ""),
            "les dates de ce projet lui font reprendre une étape déjà passée, où que l’on place celles qui sont imprécises",
            "l’idée, le collectif, l’étude, l’essai, la création, dans cet ordre, ou un vrai retour en arrière",
            "vérifier les dates du projet ; s’il est bien revenu en arrière, ne rien changer", "alerte",
        )  # fmt: skip


def _is_after(before: Row, after: Row) -> bool:
    first, second = before.read.get("date_debut"), after.read.get("date_debut")
    if not (isinstance(first, FuzzyDate) and isinstance(second, FuzzyDate)):
        return False
    return bool(first.low and second.high and first.low > second.high)


def _conflicts(rows: list[Row]) -> Iterator[Problem]:
    by_code = {row.text.get("evenement_id", ""): row for row in rows}
    for row in rows:
        rivals = row.read.get("conflit_avec")
        for code in rivals if isinstance(rivals, tuple) else ():
            other = by_code.get(code)
            if other is None:
                continue
            if other is row or row.text.get("projet_id") != other.text.get("projet_id"):
                yield Problem(
                    row.place, "conflit_avec", code,
                    "un fait n’est pas en conflit avec lui-même" if other is row
                    else "ce fait est celui d’un autre projet",
                    "le code de la ligne qui date autrement le même fait du même projet",
                    "corriger le code, ou le vider : rien n’est fusionné", "alerte",
                )  # fmt: skip


_ONE_EACH = {
    "unite": Told("la quantité d’une ressource est dite en deux unités"),
    "detenteur_id": Told("une ressource a deux détenteurs"),
    "preneur_id": Told("une ressource a deux preneurs"),
}


def check_flows(resources: CheckedTable) -> Iterator[Problem]:
    """Contradictions between the rows of one resource."""
    told: dict[str, list[Row]] = {}
    for row in resources.rows:
        told.setdefault(row.text.get("ressource_id", ""), []).append(row)
        holder = row.text.get("detenteur_id", "")
        if holder and holder == row.text.get("preneur_id"):
            yield Problem(
                row.place, "preneur_id", holder, "le preneur est aussi le détenteur", "une autre organisation",
                "corriger l’une des deux cellules, ou laisser vide ce qu’aucun document ne dit",
            )  # fmt: skip
    for name, rows in told.items():
        yield from _two_values(name, rows)
        yield from _going_back(name, rows)


def _two_values(name: str, rows: list[Row]) -> Iterator[Problem]:
    for column, said in _ONE_EACH.items():
        first: dict[str, Row] = {}
        for row in rows:
            if row.read.get(column):
                first.setdefault(str(row.read[column]), row)
        if len(first) > 1:
            here, *_, last = first.values()
            yield Problem(
                last.place, column, last.text[column],
                said + f" : {name}, " + _with_lines(first),
                Told("une seule valeur par ressource, {text} d’après la ligne {ligne}", text=here.text[column],
                ligne=here.place.ligne),
                "convertir ou corriger, ou donner un autre code à la seconde ressource",
            )  # fmt: skip


def _with_lines(rows: Mapping[str, Row]) -> Told:
    """Each value with the line that says it."""
    said = (Told("{value} (ligne {line})", value=value, line=row.place.ligne) for value, row in rows.items())
    return joined(Told(" et "), said)


def _going_back(name: str, rows: list[Row]) -> Iterator[Problem]:
    """A state below the one before, on a day surely later; a lost resource may be found again."""
    lost = code_for("etat_ressource", "perdue")
    dated = [
        (said.low, said.high, str(row.read["etat"]), row)
        for row in rows
        if isinstance(said := row.read.get("date"), FuzzyDate) and said.low and said.high and row.read.get("etat")
    ]
    dated.sort(key=lambda one: one[:2])
    for (_, high, before, first), (low, _, after, row) in pairwise(dated):
        if low > high and lost not in (before, after) and after < before:
            yield Problem(
                row.place, "etat", row.text["etat"],
                Told("la ressource {name} recule : {before} (ligne {ligne}), puis {after} (ligne {ligne2})", name=name,
                before=before, ligne=first.place.ligne, after=after, ligne2=row.place.ligne),
                "un état qui avance, ou une ressource perdue puis retrouvée",
                "vérifier les deux dates et les deux états", "alerte",
            )  # fmt: skip


_SAME_FIGURE = ("indicateur", "projet_id", "dispositif", "acteur_id", "unite", "date", "cumul", "methode",
                "approximation")  # fmt: skip
_NOT_KEPT = frozenset(roles("lecture"))


def check_indicators(indicators: CheckedTable) -> Iterator[Problem]:
    """One published figure, of one day, reach and method, that two rows tell otherwise: both are kept, and said.

    A reading that was not kept is no value; rows whose notes differ have said what tells them apart.
    """
    told: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in indicators.rows:
        kept = row.read.get("lecture") not in _NOT_KEPT
        if kept and row.read.get("valeur") is not None and row.text.get("date"):
            same = tuple(row.text.get(column, "") for column in _SAME_FIGURE)
            told.setdefault(same, {}).setdefault(row.text["valeur"], row)
    for (name, *_), values in told.items():
        notes = {row.text.get("note", "") for row in values.values()}
        if len(values) > 1 and len(notes - {""}) < len(values):
            last = list(values.values())[-1]
            yield Problem(
                last.place, "valeur", last.text["valeur"],
                Told("deux valeurs d’un même chiffre, {name} : ", name=name) + _with_lines(values),
                "une valeur par indicateur, date, portée et méthode",
                "corriger l’une, ou dire ce qui les distingue (dispositif, portée, méthode, ou note)", "alerte",
            )  # fmt: skip

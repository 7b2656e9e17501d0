"""``fiches/``: one page per project, to hand back to those who carry it, so that they say what is wrong or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.formats import typeset
from ect_research.study.page import french_date
from ect_research.study.page_parts import plural
from ect_research.study.pdf import make_pdf
from ect_research.study.time_strip import TimeStrip
from ect_research.study.variants import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.model import Corpus
    from ect_research.corpus.stages import Episodes

_IDENTITY = ("thematique", "objet", "declencheur", "dispositif", "portage_initial", "portage_actuel",
             "statut_juridique", "date_statut", "modele_economique", "role_intermediaire", "implication_collectivite",
             "perimetre", "lieu_dit")  # fmt: skip
_DOUBTFUL = ("0_deduit", "1_incertain")
_MOST = 12


def build_sheets(corpus: Corpus) -> Iterator[tuple[str, bytes]]:
    """The sheet of each project, in the order of the corpus.

    Args:
        corpus: a checked corpus.

    Yields:
        file name (``p03.pdf``) and the bytes of a PDF/A of one page.
    """
    from ect_research.corpus.stages import derive_episodes

    projects = corpus.tables["projets"]
    followed = projects.set_index("projet_id")["suivi_fin_max"] if "suivi_fin_max" in projects else None
    episodes = derive_episodes(
        corpus.tables["evenements"],
        corpus.codebook.stages,
        observed_on=corpus.observed_on,
        followed_until=followed,
    )
    for row in projects.to_dict("records"):
        data = _Sheet(corpus, episodes, {str(key): value for key, value in row.items()}).data()
        yield f"{slug(str(row['projet_id']))}.pdf", make_pdf("fiche.typ", data)


class _Sheet:
    """What one sheet says."""

    def __init__(self, corpus: Corpus, episodes: Episodes, project: dict[str, Any]) -> None:
        self._corpus = corpus
        self._episodes = episodes
        self._project = project
        self._id = str(project["projet_id"])

    def data(self) -> dict[str, Any]:
        source, day = self._corpus.source, self._corpus.observed_on
        said, unknown = self._identity()
        events = self._rows("evenements", "projet_id")
        return {
            "id": self._id,
            "name": typeset(self._corpus.names()[self._id]),
            "summary": typeset(_text(self._project.get("resume"))),
            "corpus": typeset(source.title),
            "citation": typeset(source.citation),
            "observed": french_date(source.observed_on),
            "date": [day.year, day.month, day.day],
            "stage": typeset(self._stage()),
            "identity": said,
            **self._history(events),
            "actors": self._actors(),
            "resources": self._resources(),
            "figures": self._figures(),
            "open": [typeset(question) for question in self._questions(unknown, events)],
            "sources": self._sources(events),
        }

    def _rows(self, table: str, column: str) -> list[dict[str, Any]]:
        frame = self._corpus.tables.get(table)
        if frame is None or column not in frame:
            return []
        kept = frame[frame[column] == self._id]
        return [{str(key): value for key, value in row.items()} for row in kept.to_dict("records")]

    def _said(self, table: str, column: str, value: Any) -> str:  # noqa: ANN401 - a cell of a frame
        """A cell as a person reads it: the label of its code, several joined."""
        if isinstance(value, tuple):
            return ", ".join(self._said(table, column, part) for part in value)
        text = _text(value)
        known = self._corpus.codebook.variables.get((table, column))
        return self._corpus.codebook.label(known.list_name, text) if text and known and known.list_name else text

    def _identity(self) -> tuple[list[list[str]], list[str]]:
        """What is known of the project, and the labels of what is not."""
        said, unknown = [], []
        for column in _IDENTITY:
            if ("projets", column) not in self._corpus.codebook.variables:
                continue
            label = self._corpus.codebook.variable_label("projets", column)
            text = self._said("projets", column, self._project.get(column))
            if text:
                said.append([label, typeset(text)])
            elif column not in ("date_statut", "lieu_dit", "dispositif"):
                unknown.append(label)
        return said, unknown

    def _stage(self) -> str:
        states = self._episodes.states
        own = states[states["projet_id"] == self._id]
        if own.empty:
            return "étape inconnue : aucun fait daté ne la donne"
        last = own.iloc[-1]
        labels = dict(zip(self._episodes.stages["name"], self._episodes.stages["label::fr"], strict=True))
        name = labels.get(str(last["etape"]), str(last["etape"]))
        if pd.isna(last["debut"]):
            return f"{name}, sans date"
        over = "" if last["censure"] else ", terminée depuis"
        return f"{name}, depuis {last['debut'].year}{self._vague(last)}{over}"

    def _vague(self, state: pd.Series[Any]) -> str:
        """What an open date leaves unsaid of the opening of a stage."""
        frame = self._episodes.frame
        same = (
            (frame["projet_id"] == self._id)
            & (frame["etape"] == state["etape"])
            & (frame["ouverture"] == state["debut"])
        )
        if not same.any():
            return ""
        opening = frame[same].iloc[0]
        if pd.isna(opening["ouverture_max"]):
            return " au plus tôt"
        return " au plus tard" if pd.isna(opening["ouverture_min"]) else ""

    def _history(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        strip = TimeStrip(events, self._corpus.observed_on)
        ordered = sorted(events, key=strip.rank)
        return {
            "years": strip.years(),
            "events": [
                {
                    "id": row["evenement_id"],
                    "when": typeset(self._when(row)),
                    "mark": strip.mark(row),
                    "what": typeset(self._said("evenements", "type_evenement", row["type_evenement"])),
                    "more": typeset(_text(row.get("description"))),
                    "doubt": _text(row.get("certitude")) in _DOUBTFUL,
                    "sources": ", ".join(row["source_id"] or ()),
                }
                for row in ordered
            ],
        }

    @staticmethod
    def _when(row: dict[str, Any]) -> str:
        start, end = _text(row.get("date_debut")), _text(row.get("date_fin"))
        return f"{start} – {end}" if end else start or "sans date"

    def _actors(self) -> list[list[str]]:
        known = self._corpus.tables.get("acteurs")
        if known is None:
            return []
        people = known.set_index("acteur_id")
        found: dict[str, list[str]] = {}
        for row in self._rows("participations", "projet_id"):
            if row["acteur_id"] in people.index:
                role = self._said("participations", "role", row.get("role")) or "rôle non dit"
                found.setdefault(role, []).append(_actor_name(people.loc[row["acteur_id"]]))
        return [[typeset(role), typeset(", ".join(dict.fromkeys(names)))] for role, names in found.items()]

    def _resources(self) -> list[list[str]]:
        return [
            [typeset(_text(row.get("libelle"))),
             typeset(" · ".join(filter(None, (self._said("ressources", "etat", row.get("etat")), _text(row.get("date"))))))]
            for row in self._rows("ressources", "projet_id")
        ]  # fmt: skip

    def _figures(self) -> list[list[str]]:
        return [
            [typeset(self._said("indicateurs", "indicateur", row.get("indicateur"))),
             typeset(" · ".join(filter(None, (_number(row.get("valeur")), _text(row.get("date"))))))]
            for row in self._rows("indicateurs", "projet_id")
        ]  # fmt: skip

    def _questions(self, unknown: list[str], events: list[dict[str, Any]]) -> Iterator[str]:
        if unknown:
            yield f"Non renseigné : {', '.join(label[:1].lower() + label[1:] for label in unknown)}."
        undated = [row["evenement_id"] for row in events if not _text(row.get("date_debut"))]
        if undated:
            yield f"{plural(len(undated), 'évènement')} sans date : {', '.join(undated)}. Quand était-ce ?"
        doubtful = [row["evenement_id"] for row in events if _text(row.get("certitude")) in _DOUBTFUL]
        if doubtful:
            facts = plural(len(doubtful), "fait déduit ou dit", "faits déduits ou dits")
            yield f"{facts} par une seule voix : {', '.join(doubtful)}."
        for pair in _conflicts(events):
            yield f"{' et '.join(pair)} se contredisent : lequel est juste ?"
        if not any(row["type_evenement"] == "idee_captee" for row in events):
            yield "D’où et quand est venue l’idée ? Aucun document ne le dit."

    def _sources(self, events: list[dict[str, Any]]) -> list[list[str]]:
        cited = {code for row in (self._project, *events) for code in (row.get("source_id") or ())}
        frame = self._corpus.tables["sources"]
        rows = frame[frame["source_id"].isin(sorted(cited))].to_dict("records")
        return [[str(row["source_id"]), typeset(_text(row["reference"]))] for row in rows[:_MOST]]


def _actor_name(row: pd.Series[Any]) -> str:
    """The name of an organisation; of a person, never."""
    if "personne" in _text(row.get("nature")):
        return _text(row.get("pseudonyme")) or "une personne"
    return _text(row.get("nom")) or _text(row.get("pseudonyme"))


def _number(value: object) -> str:
    text = _text(value)
    return f"{float(text):,.10g}".replace(",", "\u202f").replace(".", ",") if text else ""


def _conflicts(events: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Pairs of events that contradict each other, each pair once."""
    pairs = {
        tuple(sorted((row["evenement_id"], other)))
        for row in events
        for other in (
            (row["conflit_avec"],) if isinstance(row.get("conflit_avec"), str) else row.get("conflit_avec") or ()
        )
    }
    return sorted(pairs)


def _text(value: object) -> str:
    return "" if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) else str(value)

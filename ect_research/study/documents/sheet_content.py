"""What one project sheet says, in plain data: the same for its printed and its screen form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ect_research.codebook.codebook import code_for, roles
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.stages.episodes import Episodes
from ect_research.figures.signs.time_axis import say_date
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.sheet_course import TimeStrip, build_course

_IDENTITY = ("thematique", "objet", "declencheur", "dispositif", "portage_initial", "portage_actuel",
             "statut_juridique", "date_statut", "modele_economique", "role_intermediaire", "implication_collectivite",
             "perimetre", "lieu_dit")  # fmt: skip
_IN_THE_COURSE = ("portage_initial", "portage_actuel", "statut_juridique", "date_statut")
_NEVER_ASKED = ("date_statut", "lieu_dit", "dispositif")
_DOUBTFUL = tuple(roles("certitude"))
_MOST = 12


Filed = dict[tuple[str, str], list[dict[str, Any]]]


def file_rows(corpus: Corpus) -> Filed:
    """The rows of each project in each table that tells of projects, filed once for all sheets."""
    filed: Filed = {}
    for name in ("evenements", "participations", "ressources", "indicateurs"):
        frame = corpus.tables.get(name)
        for row in frame.to_dict("records") if frame is not None and "projet_id" in frame else ():
            filed.setdefault((name, str(row["projet_id"])), []).append({str(key): value for key, value in row.items()})
    return filed


class SheetContent:
    """What one sheet says."""

    def __init__(
        self, corpus: Corpus, episodes: Episodes, project: dict[str, Any], words: Words, filed: Filed | None = None
    ) -> None:
        self._corpus = corpus
        self._filed = file_rows(corpus) if filed is None else filed
        self._episodes = episodes
        self._project = project
        self._words = words
        self._id = str(project["projet_id"])

    def data(self) -> dict[str, Any]:
        """Texts ready to print, places from 0 to 1 on the line of years."""
        source, day = self._corpus.source, self.observed_on
        said, unknown = self._identity()
        events = self._rows("evenements")
        language = self._words.language
        return {
            "id": self._id,
            "language": language,
            "name": self._words.set(self._corpus.names()[self._id]),
            "summary": self._words.set(text_of(self._project.get("resume"))),
            "corpus": self._words.set(source.said("title", language)),
            "citation": self._words.set(source.said("citation", language)),
            "observed": self._words.day(self._episodes.horizons.get(self._id, day)),
            "date": [day.year, day.month, day.day],
            "stage": self._words.set(self._stage()),
            "identity": said,
            **self._history(events),
            "actors": self._actors(),
            "resources": self._resources(),
            "figures": self._figures(),
            "open": list(self._questions(unknown, events)),
            "sources": self._sources(events),
            "w": labels(self._words),
        }

    @property
    def observed_on(self) -> pd.Timestamp:
        """The last day observed in the corpus; a project may be followed for less."""
        return self._corpus.observed_on

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return self._filed.get((table, self._id), [])

    def said(self, table: str, column: str, value: Any) -> str:  # noqa: ANN401 - a cell of a frame
        """A cell as a person reads it: the label of its code, several joined."""
        if isinstance(value, tuple):
            return ", ".join(self.said(table, column, part) for part in value)
        text = text_of(value)
        book = self._corpus.codebook
        known = book.variables.get((table, column))
        if not text or known is None or not known.list_name:
            return text
        return book.label(known.list_name, text, self._words.language)

    def _identity(self) -> tuple[list[list[str]], list[str]]:
        """What is known of the project, and the labels of what is not."""
        said, unknown = [], []
        for column in _IDENTITY:
            if ("projets", column) not in self._corpus.codebook.variables:
                continue
            label = self._corpus.codebook.variable_label("projets", column, self._words.language)
            text = self.said("projets", column, self._project.get(column))
            if not text and column not in _NEVER_ASKED:
                unknown.append(label)
            elif text and column not in _IN_THE_COURSE:
                said.append([label, self._words.set(text)])
        return said, unknown

    def _stage(self) -> str:
        states = self._episodes.states
        own = states[states["projet_id"] == self._id]
        if own.empty:
            return self._words.say("étape inconnue : aucun fait daté ne la donne")
        last = own.iloc[-1]
        name = self._corpus.codebook.label("etape", str(last["etape"]), self._words.language)
        if pd.isna(last["debut"]):
            return self._words.say("{name}, sans date", name=name)
        over = "" if last["censure"] else self._words.say(", terminée depuis")
        return self._words.say("{name}, depuis {year}", name=name, year=last["debut"].year) + self._vague(last) + over

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
            return self._words.say(" au plus tôt")
        return self._words.say(" au plus tard") if pd.isna(opening["ouverture_min"]) else ""

    def _history(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        strip = TimeStrip(events, self._corpus.observed_on)
        ordered = sorted(events, key=strip.rank)
        states = self._episodes.states
        return {
            "years": strip.years(),
            "course": build_course(self, self._project, states[states["projet_id"] == self._id], strip, self._words),
            "events": [
                {
                    "id": row["evenement_id"],
                    "when": self._words.set(
                        say_date(row, "date_debut", self._words.language) or self._words.say("sans date")
                    ),
                    "mark": strip.mark(row),
                    "what": self._words.set(self.said("evenements", "type_evenement", row["type_evenement"])),
                    "more": self._words.set(text_of(row.get("description"))),
                    "doubt": text_of(row.get("certitude")) in _DOUBTFUL,
                    "sources": ", ".join(row["source_id"] or ()),
                }
                for row in ordered
            ],
        }

    def stages(self) -> dict[str, dict[str, Any]]:
        """The stage table by code."""
        rows = self._episodes.stages.to_dict("records")
        return {str(row["name"]): {str(key): value for key, value in row.items()} for row in rows}

    def _actors(self) -> list[list[str]]:
        known = self._corpus.tables.get("acteurs")
        if known is None:
            return []
        people = known.set_index("acteur_id")
        found: dict[str, list[str]] = {}
        for row in self._rows("participations"):
            if row["acteur_id"] in people.index:
                role = self.said("participations", "role", row.get("role")) or self._words.say("rôle non dit")
                found.setdefault(role, []).append(self._actor_name(people.loc[row["acteur_id"]]))
        return [
            [self._words.set(role), self._words.set(", ".join(dict.fromkeys(names)))] for role, names in found.items()
        ]

    def _actor_name(self, row: pd.Series[Any]) -> str:
        """The name of an organisation; of a person, never."""
        if "personne" in text_of(row.get("nature")):
            return text_of(row.get("pseudonyme")) or self._words.say("une personne")
        return text_of(row.get("nom")) or text_of(row.get("pseudonyme"))

    def _resources(self) -> list[list[str]]:
        return [
            [self._words.set(text_of(row.get("libelle"))), self._joined(
                self.said("ressources", "etat", row.get("etat")), say_date(row, "date", self._words.language))]
            for row in self._rows("ressources")
        ]  # fmt: skip

    def _figures(self) -> list[list[str]]:
        return [
            [self._words.set(self.said("indicateurs", "indicateur", row.get("indicateur"))), self._joined(
                _number(row.get("valeur"), self._words.language), say_date(row, "date", self._words.language))]
            for row in self._rows("indicateurs")
        ]  # fmt: skip

    def _joined(self, *parts: str) -> str:
        return self._words.set(" · ".join(filter(None, parts)))

    def _questions(self, unknown: list[str], events: list[dict[str, Any]]) -> Iterator[str]:
        if unknown:
            yield self._words.say(
                "Non renseigné : {what}.", what=", ".join(label[:1].lower() + label[1:] for label in unknown)
            )
        undated = [row["evenement_id"] for row in events if not text_of(row.get("date_debut"))]
        if undated:
            yield self._words.say(
                "{count} sans date : {which}. Quand était-ce ?",
                count=self._words.say_n("{n} évènement", "{n} évènements", len(undated)),
                which=", ".join(undated),
            )
        doubtful = [row["evenement_id"] for row in events if text_of(row.get("certitude")) in _DOUBTFUL]
        if doubtful:
            yield self._words.say(
                "{count} par une seule voix : {which}.",
                count=self._words.say_n("{n} fait déduit ou dit", "{n} faits déduits ou dits", len(doubtful)),
                which=", ".join(doubtful),
            )
        for pair in _conflicts(events):
            yield self._words.say(
                "{first} et {second} se contredisent : lequel est juste ?", first=pair[0], second=pair[1]
            )
        if not any(row["type_evenement"] == code_for("type_evenement", "captation") for row in events):
            yield self._words.say("D’où et quand est venue l’idée ? Aucun document ne le dit.")

    def _sources(self, events: list[dict[str, Any]]) -> list[list[str]]:
        cited = {code for row in (self._project, *events) for code in (row.get("source_id") or ())}
        frame = self._corpus.tables["sources"]
        rows = frame[frame["source_id"].isin(sorted(cited))].to_dict("records")
        return [[str(row["source_id"]), self._words.set(text_of(row["reference"]))] for row in rows[:_MOST]]


def labels(words: Words) -> dict[str, str]:
    """The words that every sheet prints."""
    return {
        "kicker": words.say("Fiche projet"),
        "title_separator": words.say(" : "),
        "where": words.say("Où en est le projet"),
        "observed": words.say("observé jusqu’au"),
        "history": words.say("Histoire datée"),
        "number": words.say("N°"),
        "when": words.say("Quand"),
        "what": words.say("Quoi"),
        "sources": words.say("Sources"),
        "no_event": words.say("Aucun évènement n’est connu."),
        "signs": words.say(
            "Bande : étape calculée, bornes au milieu de ce que les dates permettent. Point : jour connu. Barre : "
            "tout ce "
            "que la date permet. Flèche : date ouverte. Signe vide : fait déduit, ou dit par une seule voix."
        ),
        "actors": words.say("Acteurs"),
        "resources": words.say("Ressources"),
        "figures": words.say("Chiffres"),
        "open": words.say("Questions ouvertes"),
        "documents": words.say("Documents"),
        "correct": words.say("À corriger ou à compléter"),
        "how": words.say(
            "écrire le numéro (N°, ou le nom de la rubrique), ce qu’il faut lire, d’où vous le tenez. Laisser vide "
            "vaut "
            "« rien à redire »."
        ),
        "item": words.say("N° ou rubrique"),
        "should": words.say("Il faut lire"),
        "known_from": words.say("D’où je le tiens"),
        "who": words.say("Qui, le"),
        "only": words.say("Cette fiche ne dit que ce que disent les documents cités ; ce qu’ils taisent reste vide."),
        "list": words.say("Fiches projet"),
        "list_lead": words.say("Une page par projet, à faire relire par ceux qui le portent."),
        "project": words.say("Projet"),
        "print": words.say("à imprimer (PDF)"),
    }


def _number(value: object, language: str) -> str:
    text = text_of(value)
    written = f"{float(text):,.10g}" if text else ""
    return written.replace(",", "\u202f").replace(".", ",") if language == "fr" else written


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


def text_of(value: object) -> str:
    """A cell as text; nothing when it is missing.

    >>> text_of(float("nan")), text_of("x")
    ('', 'x')
    """
    return "" if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) else str(value)

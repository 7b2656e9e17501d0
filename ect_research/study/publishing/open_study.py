"""A study opened in a notebook: one corpus, one reader, one language, said once; the only place that publishes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.corpus.checked.side_by_side import join_corpora, load_corpora
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.exhibit.missing_fonts import listen_to_fonts
from ect_research.figures.page.theme import get_theme
from ect_research.gate.shown_values import ShownRefusal, ShownTable, guard_display
from ect_research.study.base.result_record import output_folder, read_outputs
from ect_research.study.publishing.publish import save_exhibit

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.stages.episodes import Episodes
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Language, Theme
    from ect_research.gate.shown_values import ShownFigure
    from ect_research.study.base.result_record import Output


def conclude(outputs: Iterable[Output], theme: Theme) -> ShownTable:
    """What was found and what was refused, each sentence once.

    >>> from ect_research.figures.page.theme import get_theme
    >>> from ect_research.study.base.result_record import Output
    >>> told = conclude([Output("a", "figure", "A", finding="3 projets sur 4.", strength="compté")], get_theme())
    >>> "<li>3 projets sur 4. [compté]</li>" in told.html
    True
    """
    outputs = list(outputs)
    found = dict.fromkeys(f"{one.finding} [{theme.say(one.strength)}]" for one in outputs if one.finding)
    refused = dict.fromkeys(
        one.refusal_fr if theme.language == "fr" else one.refusal_en for one in outputs if one.kind == "refus"
    )
    parts = ((theme.say("Ce que ce carnet peut dire"), found), (theme.say("Ce qu’il ne peut pas dire"), refused))
    said = {
        heading: "".join(f"<li>{escape(line)}</li>" for line in lines) or f"<li>{escape(theme.say('rien'))}</li>"
        for heading, lines in parts
    }
    html = "".join(f"<h3>{escape(heading)}</h3><ul>{lines}</ul>" for heading, lines in said.items())
    counted = theme.say_n("{n} constat", "{n} constats", len(found))
    return ShownTable(html, f"{counted}, {theme.say_n('{n} refus', '{n} refus', len(refused))}")


@dataclass(frozen=True)
class Study:
    """One corpus told to one reader, or several side by side."""

    context: Context  # names, labels, source, reader: what every exhibit is told with
    corpora: tuple[Corpus, ...] = ()  # the corpora read, each with its own dates and codebook
    refused: dict[str, str] = field(
        default_factory=dict, compare=False
    )  # sentence of a refusal → the result it was told of

    @property
    def corpus(self) -> Corpus | None:
        """The corpus read, or all of them as one; None for plain data."""
        return self.context.corpus

    @property
    def theme(self) -> Theme:
        """The reader's preset and language."""
        return self.context.theme

    def table(self, name: str) -> pd.DataFrame:
        """A table of the corpus; without rows when the corpus does not have it."""
        return self.corpus.table(name)  # type: ignore[union-attr]

    def episodes(self) -> Episodes:
        """The stages of every project, as its dated facts open and close them, until the end of its follow-up."""
        return self.corpus.episodes()  # type: ignore[union-attr]

    def labels(self, variables: list[str]) -> dict[str, str]:
        """Names of some columns of the table ``projets``, as the reader says them; what is derived goes by its own name."""
        said, known = self.context.codebook.variable_label, self.context.codebook.variables
        return {
            name: said("projets", name, self.theme.language)
            if ("projets", name) in known
            else self.theme.say(name.capitalize())
            for name in variables
        }

    def publish(self, name: str, exhibit: Exhibit[Any]) -> ShownFigure | ShownTable | ShownRefusal:
        """Save an exhibit under a name, with its rows, its words and its documents; show what was saved.

        What the corpora read protect does not leave; a refusal is recorded and shown in the place of the result, in
        whole the first time.

        Args:
            name: slug, unique in the notebook: ``"temps-par-etape"``.
            exhibit: from a ``show_*`` function.
        """
        shown = save_exhibit(exhibit.in_context(self.context), name)
        if not isinstance(shown, ShownRefusal):
            return shown
        first = self.refused.setdefault(shown.sentence, name)
        return (
            shown
            if first == name
            else ShownRefusal(self.theme.say("Même refus que « {first} », plus haut.", first=first))
        )

    def conclude(self) -> ShownTable:
        """What this notebook has published, told once more in its own words: what it found, what it could not.

        Nothing is typed: the sentences are the findings and the refusals of the results above.
        """
        return conclude(read_outputs(output_folder()), self.theme)


def open_study(  # noqa: PLR0913 - each has a default
    corpus: str | Path | Sequence[str | Path] | None = None,
    reader: str = "ademe",
    language: Language = "fr",
    *,
    source: str = "",
    territory: str = "",
    observed_on: str = "",
    names: Mapping[str, str] | None = None,
) -> Study:
    """Open a study: what to read, and for whom.

    Args:
        corpus: a folder, or its name under ``surveys/``; a list of them to compare; None for data of one's own.
        reader: ``horizons, ademe, revue`` or ``fiche``.
        language: ``fr`` or ``en``.
        source: how to cite data of one's own; without it they are shown, never published.
        territory: where they come from.
        observed_on: last day observed, ``"2026-06-30"``.
        names: ``{projet_id: name}`` of projects of one's own.

    >>> study = open_study("pays-ledonien")
    >>> study.theme.name, study.context.source.territory
    ('ademe', 'Pays Lédonien (Jura)')
    """
    _guard_the_notebook()
    listen_to_fonts(language)
    theme = get_theme(reader, language)
    if corpus is not None:
        corpora = load_corpora([corpus] if isinstance(corpus, (str, Path)) else corpus)
        return Study(Context(theme, join_corpora(corpora)), corpora)
    return Study(Context(theme, None, Source(source, territory, observed_on), dict(names or {})))


def _guard_the_notebook() -> None:
    """Where a notebook runs by hand, what its cells show passes the gate too."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        guard_display(shell)

"""``ect nouvelle-etude``: a study file that works, written from the notebooks that are there; its maps where its projects are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.codebook import shipped_tables
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.basemap.perimeters import DEPARTEMENT_NAMES
from ect_research.corpus.folder.corpus_source import read_source
from ect_research.corpus.folder.project_paths import files_of_corpus
from ect_research.errors import EctError, StudyError
from ect_research.study.base.result_record import is_slug
from ect_research.study.definition.notebook import Notebook, notebooks_of, read_notebook
from ect_research.study.definition.parameters import did_you_mean
from ect_research.study.definition.study_file import Study, read_study
from ect_research.study.definition.variants import reads_several, slug
from ect_research.words import Sentence, mark, quoted, say, tell

if TYPE_CHECKING:
    from ect_research.corpus.basemap.basemap_model import Basemap

_HEAD = mark("""# L’étude « {name} » : « ect run {name} » l’exécute et écrit outputs/{name}/.
# Une ligne qui commence par # est un commentaire ; enlever le # d’une ligne la met en service.
titre = "{title}"
corpus = {corpus}   # dossier, ou dossiers, de surveys/
lecteur = "{reader}"   # horizons (élus), ademe (financeur), revue (scientifique) ou fiche (assemblée)
langue = "{language}"   # fr ou en
rapport = true   # rapport.pdf
fiches = {sheets}   # une page par projet, à faire relire
# delai = 1800   # secondes au-delà desquelles un carnet est arrêté
""")
_RUN = """
# {question}
[[execution]]
id = "{id}"
carnet = "{notebook}"
"""
_SETTINGS = mark("""# parametres = {{ … }}   # réglages possibles : {told}
# variantes = {{ {last} = [ …, … ] }}   # une exécution par valeur, ou par combinaison
""")
_UNSAID = Sentence("")
_HYPOTHESIS = mark("fichier d’étude : le centre est la commune la plus peuplée, choisie sans regarder les projets")
_NO_TABLE = mark("""
# Ce corpus n’a pas de table de réponses à lui (celle de la maturité a son carnet) : le dépouillement est laissé de côté.
# Déclarer une table (tables.csv, variables.csv, choices.csv), puis enlever les # et la nommer : parametres = {{ table = "…" }}
""")
_NOWHERE = mark("""
# Aucun périmètre de maps/fond/territoires.toml ne contient les projets de ce corpus : la carte est laissée de côté.
# Voir ce que dit « ect check », reconstruire le fond (ect maps build), puis enlever les # et donner perimetre et centre.
""")


def write_new_study(
    root: Path, name: str, *corpora: str, reader: str = "ademe", language: str = "fr", place: StudyPlace | None = None
) -> Study:
    """Write ``notebooks/<name>.toml`` with one run for each notebook, its parameters shown as comments; read it back.

    Several corpora make a study that compares them, with the notebooks that do; maps show ``place``, else where the
    projects are. Nothing is written when something does not suit.
    """
    path = root / "notebooks" / f"{name}.toml"
    if not is_slug(name):
        proposed = slug(name)
        raise StudyError(
            "Le nom « {name} » doit être fait de minuscules, chiffres et tirets : « {proposed} » ?",
            name=name,
            proposed=proposed,
        )
    if path.exists():
        raise StudyError("L’étude « {name} » existe déjà (notebooks/{name}.toml) et n’est jamais écrasée.", name=name)
    known = sorted(
        folder.name for folder in (root / "surveys").glob("*") if folder.is_dir() and files_of_corpus(folder)
    )
    for corpus in corpora:
        if corpus not in known:
            raise StudyError(
                "Le corpus « {corpus} » n’existe pas dans surveys/{known}",
                corpus=corpus,
                known=quoted(did_you_mean(corpus, known)),
            )
    several = len(corpora) > 1
    read = [read_notebook(one) for one in notebooks_of(path.parent)]
    notebooks = [one for one in read if reads_several(one) is several]
    if not notebooks:
        raise StudyError("Il n’y a aucun carnet dans notebooks/ : une étude en exécute au moins un.")
    head = say(_HEAD, language).format(
        name=name,
        title=" ; ".join(_title(root / "surveys" / corpus, language) for corpus in corpora),
        corpus=json.dumps(corpora if several else corpora[0], ensure_ascii=False),
        sheets="false" if several else "true",
        reader=reader,
        language=language,
    )
    if place is None and any("perimetre" in one.parameters for one in notebooks):
        place = find_place(root, corpora[0])
    table = _own_table(root / "surveys" / corpora[0])
    path.write_text(
        head + "".join(_run(one, place, table, language) for one in notebooks), encoding="utf-8", newline="\n"
    )
    try:
        return read_study(path)
    except StudyError:
        path.unlink()
        raise


def _own_table(folder: Path) -> str:
    """The first table that a corpus declares; ``""`` when it declares none."""
    return next((name for name in load_codebook(folder).table_names if name not in shipped_tables()), "")


def _run(notebook: Notebook, place: StudyPlace | None, table: str, language: str) -> str:
    stem = notebook.path.stem
    short = stem.split("_", 1)[1] if stem[:1].isdigit() and "_" in stem else stem
    lines = [_RUN.format(question=notebook.title, id=slug(short), notebook=notebook.path.name)]
    if place is not None and "perimetre" in notebook.parameters:
        said = {"perimetre": place.perimeter, "centre": place.centre, "hypothese": say(_HYPOTHESIS, language)}
        given = ", ".join(f'{name} = "{value}"' for name, value in said.items() if name in notebook.parameters)
        if not place.perimeter:
            return f"{say(_NOWHERE, language)}{_commented(lines[0])}"
        lines.append(f"parametres = {{ {given} }}   # {place.why.sentence(language)}\n")
    if "table" in notebook.parameters:
        if not table:
            return f"{say(_NO_TABLE, language).format()}{_commented(lines[0])}"
        lines.append(f'parametres = {{ table = "{table}" }}\n')
    own = [
        one for one in notebook.parameters.values() if not (one.advanced or one.name in ("corpus", "lecteur", "langue"))
    ]
    if own:
        told = ", ".join(f"{one.name} ({one.description})" if one.description else one.name for one in own)
        lines.append(say(_SETTINGS, language).format(told=told, last=own[-1].name))
    return "".join(lines)


def _commented(text: str) -> str:
    return "".join(f"# {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _title(folder: Path, language: str) -> str:
    """The title of the corpus, as a TOML text."""
    source, _ = read_source(folder)
    said = source.said("title", language) if source else folder.name
    return said.replace("\\", "\\\\").replace('"', '\\"')


@dataclass(frozen=True)
class StudyPlace:
    """Where the maps of a study are drawn."""

    perimeter: str = ""  # its name in ``territoires.toml``; empty when no perimeter holds any project
    centre: str = ""  # Insee code of its most populous commune
    why: Sentence = _UNSAID  # for the study file


def find_place(root: Path, corpus: str) -> StudyPlace | None:
    """The smallest perimeter that holds most projects, or its latest boundaries; None when nothing says where."""
    from ect_research.corpus.basemap.load_basemap import load_basemap
    from ect_research.corpus.checked.load_corpus import load_corpus

    try:
        projects = load_corpus(root / "surveys" / corpus).tables["projets"]
        basemap = load_basemap(root / "maps" / "fond")
    except EctError:
        return None
    codes = projects["commune_insee"].dropna().astype("str").tolist() if "commune_insee" in projects else []
    return _best(basemap, codes) if codes else None


def departement_place(fond: Path, code: str) -> StudyPlace | None:
    """The perimeter of a département, added to ``territoires.toml`` when nobody named it; None off the base map."""
    from ect_research.corpus.basemap.load_basemap import load_basemap

    basemap = load_basemap(fond)
    people = basemap.people()
    largest = people[people.index.str.startswith(code)].sort_values(ascending=False).index[:10].tolist()
    if not largest:
        return None
    named = DEPARTEMENT_NAMES[code]
    known = [name for name, said in basemap.territories.items() if said.get("departements") == [code]]
    name = known[0] if known else slug(named)
    if not known:
        year = int(basemap.membership["derniere_annee"].max())
        landmarks = ", ".join(f'"{one}"' for one in largest)
        added = (
            f'\n[{name}]\nnom.fr = "{named}"\nnom.en = "{named}"\nprecision.fr = "département, intercommunalités de {year}"\n'
            f'precision.en = "département, inter-municipal bodies of {year}"\nannee = {year}\ncadre = ["{code}"]\n'
            f'departements = ["{code}"]\nreperes = [{landmarks}]\n'
        )
        with (fond / "territoires.toml").open("a", encoding="utf-8", newline="\n") as file:
            file.write(added)
    return StudyPlace(name, str(largest[0]), tell("le département choisi : {named}", named=named))


def _best(basemap: Basemap, codes: list[str]) -> StudyPlace:
    from ect_research.corpus.basemap.basemap_model import holding_perimeter

    name, held = holding_perimeter(basemap, codes)
    if not name:
        return StudyPlace()
    people = basemap.people().loc[list(basemap.perimeter(name).members)]
    why = tell("le plus petit périmètre qui a {held} des {n} projets situés", held=held, n=len(codes))
    return StudyPlace(name, str(people.idxmax()), why)

"""Every kind of map on one page, in colour and in grey, to be looked at: ``python tests/benchmarks/map_gallery.py``.

The projects and ties of the page are fictitious and say so; populations and outlines are those of ``maps/fond``.
"""

import argparse
import base64
import io
from pathlib import Path

import pandas as pd

import ect_research as ect
from ect_research.analysis.territory.classes import classify
from ect_research.analysis.territory.project_places import protect_map_counts
from ect_research.figures.exhibit.context import Context
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.protected_map import ProtectedCircles
from ect_research.figures.page.theme import get_theme

TARGET = Path("outputs") / "galerie-cartes.html"
SOURCE, DATE = "données fictives", "2026"
PAYS = "pays-ledonien-2020"
PLACES = ["39300"] * 9 + ["39056"] * 3 + ["39043"] * 2 + ["39013", "39333", "39434", "39397", "39154", "39097"] * 2
TIES = [("39198", 4), ("39013", 3), ("39434", 5), ("39097", 4), ("39154", 2), ("39397", 6), ("39333", 2), ("39478", 8)]

WAYS = [
    ("39300", "39198", 40.0),
    ("39198", "39300", 12.0),
    ("39056", "39300", None),
    ("39300", "39478", 8.0),
    ("39043", "39300", 25.0),
    ("39397", "39043", 3.0),
    ("39097", "39434", 1.0),
]


def kinds(fond):
    """Title → (layers, perimeter, close-up)."""
    density, people = fond.people() / fond.areas_km2, fond.people().astype("float64")
    members, of_year = fond.perimeter(PAYS).members, fond.epci_of_year(2020)
    groups = people.groupby(of_year).sum()
    names = fond.epci_names.set_index("siren")["nom"]
    ids = [f"P{rank:02d}" for rank in range(len(PLACES) + 4)]
    projects = pd.DataFrame({"projet_id": ids, "nom": ids, "commune_insee": [*PLACES, *[None] * 4]})
    placed = ect.place_projects(projects, fond.gazetteer(PAYS))
    statuses = pd.Series({name: ("Scic, Scop", "association", "autre")[rank % 3] for rank, name in enumerate(ids)})
    rate = ect.MapVariable(density, "taux", "Densité de population", "Insee", "2023", "habitants par km²")
    stock = ect.MapVariable(people, "stock", "Population", "Insee", "2023", "habitants")
    by_group = ect.MapVariable(
        groups, "stock", "Population des intercommunalités", "Insee", "2023", "habitants", zone="epci"
    )
    typed = ect.MapVariable(
        pd.Series(of_year).map(names)[list(members)], "categorie", "Intercommunalité", "DGCL", "2020"
    )
    ties = pd.DataFrame([("39300", end, value) for end, value in TIES], columns=["origine", "destination", "valeur"])
    dots = ect.Dots(placed, statuses, "Projets, par statut (fictif)", SOURCE, DATE)
    safe = protect_map_counts(pd.Series(PLACES).value_counts(), of_year)
    change = 100 * ((fond.people(2023) / fond.people(2019)).astype("float64") ** 0.25 - 1)[list(members)]
    drift = ect.MapVariable(
        change, "taux", "Évolution annuelle de la population", "Insee", "2019-2023", "% par an", decimals=1
    )
    ways = pd.DataFrame(WAYS, columns=["origine", "destination", "valeur"])
    web = (
        pd.Series(PLACES)
        .value_counts()
        .rename_axis("destination")
        .rename("valeur")
        .reset_index()
        .assign(origine="39300")
    )
    return {
        "Choroplèthe": (ect.Choropleth(rate, "geometrique"), "jura", False),
        "Choroplèthe et histogramme": (ect.Choropleth(rate.within(members), "q6", histogram=True), PAYS, True),
        "Cercles proportionnels": (ect.Circles(stock.within(members)), PAYS, True),
        "Typologie": (ect.Typology(typed), PAYS, False),
        "Points dispersés": (dots, PAYS, False),
        "Liens": (Links(ties, "Partenariats (fictifs)", "projets communs", SOURCE, DATE), PAYS, False),
        "Flux": (ect.Flows(ways, "Matières reprises (fictives)", "tonnes par an", SOURCE, DATE), PAYS, False),
        "Cercles colorés par un taux": (ect.Circles(stock.within(members), tint=drift), PAYS, True),
        "Cercles colorés par un type": (ect.Circles(stock.within(members), tint=typed), PAYS, True),
        "Ruptures entre voisines": (ect.Discontinuities(drift), PAYS, True),
        "Toile": (Links(web, "Membres (fictifs)", "nombre de membres", SOURCE, DATE), PAYS, True),
        "Cercles des intercommunalités": (ect.Circles(by_group), "jura", False),
        "Aires de service": (ect.ServiceAreas(["39300", "39478"], 15, "Lieux (fictifs)", SOURCE, DATE), "jura", False),
        "Petits effectifs protégés": (
            ProtectedCircles(safe, "Projets (fictifs)", "nombre", SOURCE, DATE),
            PAYS,
            False,
        ),
        "Couches combinées": ([ect.Choropleth(rate.within(members), "q6"), dots], PAYS, True),
    }


def series(fond):
    """Evolution of the population over two spans, on one perimeter, in the same classes."""
    members, found = list(fond.perimeter(PAYS).members), {}
    for start, end in ((2019, 2022), (2020, 2023)):
        change = 100 * ((fond.people(end) / fond.people(start)).astype("float64") ** (1 / (end - start)) - 1)
        found[f"{start}-{end}"] = ect.MapVariable(
            change[members],
            "taux",
            "Évolution annuelle de la population",
            "Insee",
            f"{start}-{end}",
            "% par an",
            decimals=1,
        )
    edges = [-13, -2, -1, 0, 1, 2, 13]
    classes = classify(pd.concat([one.known for one in found.values()]), "fixe", bounds=edges)
    return {title: ect.Choropleth(one, classes=classes, centre=0) for title, one in found.items()}


def picture(figure, theme):
    held = io.BytesIO()
    with theme.applied():
        figure.savefig(held, format="png", dpi=110, metadata={"Software": None})
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}">'


def location(fond, theme):
    """The target map: projects by commune, intercommunalities, reference towns, neighbours."""
    ids = [f"P{rank:02d}" for rank in range(len(PLACES) + 4)]
    given = pd.DataFrame({"projet_id": ids, "nom": ids, "commune_insee": [*PLACES, *[None] * 4]})
    return ect.show_places(ect.place_projects(given, fond.gazetteer(PAYS)), fond).in_context(Context(theme)).figure()


def drawings(fond, theme):
    """Title → figure, every kind in one preset."""
    yield "Carte de situation (données fictives)", location(fond, theme)
    for title, (layers, perimeter, closeup) in kinds(fond).items():
        yield title, ect.show_map(layers, fond, perimeter, closeup=closeup).in_context(Context(theme)).figure()
    yield (
        "Petits multiples",
        ect.show_map_series(series(fond), fond, PAYS, closeup=True).in_context(Context(theme)).figure(),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lecteurs", default="ademe,revue", help="presets, separated by commas")
    parser.add_argument("--langue", default="fr", choices=("fr", "en"))
    asked = parser.parse_args()
    themes = [get_theme(reader, asked.langue) for reader in asked.lecteurs.split(",")]
    fond, pictures = ect.load_basemap(), {}
    for theme in themes:
        for title, figure in drawings(fond, theme):
            pictures.setdefault(title, []).append(picture(figure, theme))
    parts = [f"<h2>{title}</h2><div>{''.join(drawn)}</div>" for title, drawn in pictures.items()]
    style = "body{font-family:sans-serif}div{display:flex;gap:1rem;flex-wrap:wrap}img{width:48%;height:auto;align-self:start}"
    TARGET.parent.mkdir(exist_ok=True)
    page = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Galerie des cartes</title><style>{style}</style>'
    )
    TARGET.write_text(f"{page}<h1>Galerie des cartes</h1>{''.join(parts)}</html>", encoding="utf-8")
    print(f"{TARGET} : {len(parts)} sortes de cartes")


if __name__ == "__main__":
    main()

"""A small corpus of invented projects, written afresh for each test that damages it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

TABLES = {
    "sources": "source_id;type_source;reference;date;url;diffusable\nS1;rapport_activite;Rapport annuel;2024;;oui\n"
    "S2;entretien;Entretien A;03/2024;;oui\n",
    "projets": "projet_id;nom;thematique;statut_juridique;commune_insee;cog_millesime;source_id;certitude\n"
    "P1;Le Four commun;alimentation;association;39300;2026;S1;2_declare\n"
    "P2;La Scierie partagée;foret_bois;scic;;;S1 S2;3_recoupe\n",
    "evenements": "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    "E1;P1;idee_captee;automne 2022;S1;2_declare\nE2;P1;statuts_deposes;12/03/2024;S1;4_documente\n"
    "E3;P2;atelier_tenu;2023 T2;S2;2_declare\n",
    "acteurs": "acteur_id;nom;nature;source_id\nA1;Commune de Valfleuri;organisation;S1\nA2;Coop du Val;organisation;S1\n"
    "A3;Le Relais;organisation;S1\n",
    "liens": "lien_id;acteur_a;acteur_b;mise_en_relation;mediateur_id;source_id\nL1;A1;A2;intermediaire;A3;S1\n",
}
SOURCE = """titre = "Corpus d'essai"
citation = "Corpus d'essai, données inventées"
nature = "Projets inventés."
territoire = "Valfleuri"
date_observation = 2024-12-31
licence = "Licence Ouverte 2.0"
"""


@pytest.fixture
def tables() -> dict[str, str]:
    """The text of each table of the small corpus."""
    return dict(TABLES)


@pytest.fixture
def make_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Write the small corpus, with some tables replaced (None removes one); return its folder."""

    def make(**changed: str | None) -> Path:
        folder = tmp_path / "essai"
        folder.mkdir(exist_ok=True)
        (folder / "source.toml").write_text(SOURCE, encoding="utf-8")
        for name, text in {**TABLES, **changed}.items():
            if text is not None:
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def write_workbook() -> Callable[[Path, str], None]:
    """Replace the CSV tables of a corpus by one workbook, as a spreadsheet program saves it."""

    def write(folder: Path, ending: str) -> None:
        sheets = {name: [line.split(";") for line in text.splitlines()] for name, text in TABLES.items()}
        writer = {"xlsx": minimal_xlsx, "ods": minimal_ods}[ending]
        writer(folder / f"corpus.{ending}", sheets)
        for name in TABLES:
            (folder / f"{name}.csv").unlink()

    return write


def minimal_xlsx(path: Path, sheets: dict[str, list[list[str]]]) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(sheets, 1))
    with zipfile.ZipFile(path, "w") as archive:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n, _ in numbered
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{rel}/worksheet" Target="worksheets/s{n}.xml"/>' for n, _ in numbered
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in numbered)
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{names}</sheets></workbook>'
        )
        for n, name in numbered:
            rows = "".join(
                "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
                for row in sheets[name]
            )
            archive.writestr(
                f"xl/worksheets/s{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
            )


def minimal_ods(path: Path, sheets: dict[str, list[list[str]]]) -> None:
    base = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
                for cell in row
            )
            + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{base}:office:1.0" xmlns:table="{base}:table:1.0" '
            f'xmlns:text="{base}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>{body}'
            "</office:spreadsheet></office:body></office:document-content>",
        )


collect_ignore_glob = ["data/*"]

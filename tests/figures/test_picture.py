"""What is shown and not saved is the picture that would be saved."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.patheffects import withStroke
from matplotlib.textpath import text_to_path
from PIL import Image

import ect_research as ect
from ect_research.figures.page.canvas import add_text, mm_canvas
from ect_research.figures.page.figure_bytes import image_bytes, png_bytes
from ect_research.figures.page.letter_widths import face_of
from ect_research.figures.page.theme import get_theme

THEME = get_theme()


def _every_mark():
    figure = THEME.new_figure(60)
    page = mm_canvas(figure)
    halo = [withStroke(linewidth=2, foreground="white")]
    add_text(page, 10, 10, "au 1ᵉʳ janvier, effectif \ue000", 9, path_effects=halo)
    add_text(page, 10, 50, "penché", 12, rotation=30, fontweight="bold")
    axes = figure.add_axes((0.4, 0.2, 0.5, 0.7))
    axes.plot([0, 1, 3], [0, 2, 1], "o-", color="#0072b2")
    axes.scatter([1, 2], [1, 2], s=[20, 200], color=["#e69f00", "#009e73"])
    axes.imshow(np.arange(12).reshape(3, 4), extent=(2, 3, 0, 1), aspect="auto")
    axes.fill_between([0, 1], [0, 1], hatch="//", facecolor="none", edgecolor="black")
    return figure


def _pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


def _assert_alike(shown, saved, theme):
    """Places multiplied before or after they are added up may differ by their last digit, a shade by one."""
    usual = shown.dpi
    ours = _pixels(png_bytes(shown, theme, "Essai"))
    theirs = _pixels(image_bytes(saved, theme, title="Essai", description="")["png"])
    assert ours.shape == theirs.shape
    assert abs(ours - theirs).max() <= 2
    assert shown.dpi == usual


def test_a_picture_has_the_pixels_of_the_png_that_is_saved():
    _assert_alike(_every_mark(), _every_mark(), THEME)


@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_so_has_the_picture_of_a_map(reader):
    basemap, theme = ect.load_basemap(), get_theme(reader)
    density = ect.MapVariable(basemap.people() / basemap.areas_km2, "taux", "Densité", "Insee", "2023", "hab./km²")
    shown = ect.show_map(ect.Choropleth(density), basemap, "jura")
    _assert_alike(shown.figure(), shown.figure(), theme)


@pytest.mark.parametrize("text", ["au 1ᵉʳ janvier 2026", "effectif", "ᵉʳ", "affaire à suivre"])
def test_a_line_that_holds_an_unknown_letter_is_outlined_as_matplotlib_does(text):
    face = face_of(("DejaVu Sans",), "normal", "normal")
    corners, codes = text_to_path.get_text_path(face._font, text)
    drawn = face.outline(text)
    assert len(drawn.codes) == len(codes)
    assert np.allclose(drawn.vertices, corners, atol=0.6)

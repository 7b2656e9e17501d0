"""A PNG loses no line of pixels, whatever the height of its figure, and shows what its SVG shows."""

import io

import numpy as np
import pytest
import typst
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.textpath import text_to_path
from PIL import Image

from ect_research.figures.page.figure_bytes import DPI, _fonts, image_bytes, png_bytes
from ect_research.figures.page.letter_widths import FONT_SCALE, face_of_font
from ect_research.figures.page.theme import get_theme

STEP, THICK = 10, 4


@pytest.mark.croisement
@pytest.mark.parametrize("height_mm", [50.3, 57.1, 145.2, 201.77])
@pytest.mark.parametrize("across", [False, True])
def test_every_stripe_of_a_picture_keeps_its_thickness(height_mm, across):
    theme = get_theme("ademe")
    figure: Figure = theme.new_figure(height_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    pixels = round(figure.get_size_inches()[0 if across else 1] * DPI)
    span = axes.axvspan if across else axes.axhspan
    starts = range(5, pixels - STEP, STEP)
    for start in starts:
        span(start / pixels, (start + THICK) / pixels, color="black", linewidth=0)
    picture = Image.open(io.BytesIO(png_bytes(figure, theme, "rayures"))).convert("L")
    dark = 1 - np.asarray(picture, dtype=float) / 255
    line = dark[dark.shape[0] // 2] if across else dark[::-1, dark.shape[1] // 2]
    ink = [line[start - 3 : start + THICK + 3].sum() for start in starts]
    assert np.ptp(ink) < 0.1


def test_the_picture_shows_what_its_svg_shows():
    """Each way in which matplotlib draws, laid down in pixels, against the SVG of the same drawing set by typst."""
    theme = get_theme("ademe")
    figure = theme.new_figure(63.5)  # a whole number of pixels
    axes = figure.add_axes((0.1, 0.15, 0.8, 0.8))
    axes.plot([0, 1, 2, 3], [0, 2, 1, 3], marker="o", linestyle="--", linewidth=1.3)
    axes.scatter([0.5, 1.5, 2.5], [1, 2.5, 0.5], s=[20, 90, 400], c=["#0072B2", "#E69F00", "#009E73"], alpha=0.6)
    axes.add_patch(Circle((2, 2), 0.5, hatch="////", facecolor="none", edgecolor="black"))
    clipped = axes.axhspan(0.2, 1.2, xmin=0, xmax=1, color="#CC79A7")
    clipped.set_clip_path(Circle((1, 1), 0.7, transform=axes.transData))
    axes.text(0.2, 2.6, "Là-haut : 12 % — offres", path_effects=[withStroke(linewidth=2, foreground="white")])
    axes.text(2.6, 0.4, "tourné", rotation=37, style="italic", weight="bold")
    axes.add_collection(
        LineCollection([[(0, 3), (3, 0)], [(0, 2), (3, 2.5)]], linewidths=[0.5, 2], linestyles=["-", ":"])
    )
    axes.imshow(np.linspace(0, 1, 64).reshape(8, 8), extent=(1, 2, 0, 1), aspect="auto", cmap="viridis", zorder=-1)
    axes.set(xlim=(-0.2, 3.2), ylim=(-0.2, 3.2))
    made = image_bytes(figure, theme, title="Essai", description="")
    picture = Image.open(io.BytesIO(made["png"]))
    assert picture.mode == "RGB"
    assert picture.info["Title"] == "Essai"
    assert picture.info["dpi"] == pytest.approx((DPI, DPI), rel=1e-3)
    page = b'#set page(width: %fpt, height: %fpt, margin: 0pt)\n#image("f.svg", width: 100%%, height: 100%%)'
    sides = tuple(72 * float(side) for side in figure.get_size_inches())
    shown = typst.compile({"main": page % sides, "f.svg": made["svg"]}, format="png", ppi=DPI, font_paths=_fonts())
    ours, theirs = (np.asarray(one.convert("RGB"), dtype=float) for one in (picture, Image.open(io.BytesIO(shown))))
    high, wide = (min(one) for one in zip(ours.shape[:2], theirs.shape[:2], strict=True))
    apart = np.abs(ours[:high, :wide] - theirs[:high, :wide]).max(axis=2)
    assert apart.mean() < 4
    assert (apart > 128).mean() < 0.01  # hatches do not begin at the same place


def test_a_picture_of_few_colours_lists_them():
    theme = get_theme("ademe")
    figure = theme.new_figure(30)
    figure.text(0.1, 0.5, "Sept projets sur vingt-huit", color="#0072B2")
    picture = Image.open(io.BytesIO(png_bytes(figure, theme, "Essai")))
    shown = np.asarray(picture.convert("RGB"))
    assert picture.mode == "P"
    assert {(255, 255, 255), (0, 0x72, 0xB2)} <= {tuple(colour) for colour in shown.reshape(-1, 3).tolist()}


def test_outlines_of_letters_added_up_are_those_of_matplotlib():
    font = FontProperties(family=["DejaVu Sans"], weight="bold", size=9)
    ours = face_of_font(font).outline("À Lons, AVA : 3 000 €").get_extents()
    font.set_size(FONT_SCALE)
    theirs = Path(*map(np.array, text_to_path.get_text_path(font, "À Lons, AVA : 3 000 €"))).get_extents()
    assert np.allclose(ours.get_points(), theirs.get_points(), atol=0.2)

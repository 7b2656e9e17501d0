"""A PNG loses no line of pixels, whatever the height of its figure."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from ect_research.figures.page.figure_bytes import DPI, png_bytes
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

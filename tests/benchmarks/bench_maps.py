"""Speed of a choropleth saved as PNG, against geopandas' own plot, in one run and as ratios.

    python tests/benchmarks/bench_maps.py [--packages DOSSIER] [--bout-en-bout]

CPU seconds, best of five, 6 inches wide at 200 dpi, five natural classes, borders of 0.1 pt; ours is drawn and packed as
the toolkit makes the PNG of a figure, the others as they save one. The Jura and
Bourgogne-Franche-Comté come from ``maps/fond``; with the packages of ``maps/fond/SOURCES.md``, all of metropolitan
France too. geopandas is measured with its ``scheme`` where mapclassify is installed, and with ready-made colours; R with
mapsf, or with ``plot`` of sf where mapsf is not installed, nothing without R. Then, end
to end (imports, reading, drawing, file) for the Jura, against a bare import of geopandas and matplotlib: a choropleth
alone, and the whole composed map with its names, legend, insets and credits; each in turn, best of seven, from compiled
bytecode, as an installed package is.
"""

import argparse
import io
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ect_research.analysis.territory.classes import classify
from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.figures.maps.ground.map_frame import add_borders, add_shapes
from ect_research.figures.maps.legend import palettes
from ect_research.figures.page.figure_bytes import png_bytes
from ect_research.figures.page.theme import get_theme

RESULT = Path(__file__).parent / "results" / "maps_speed.csv"
END_TO_END = RESULT.with_name("maps_end_to_end.csv")
WHOLE = """
import ect_research as ect
from ect_research.figures.page.figure_bytes import png_bytes
fond = ect.load_basemap()
density = ect.MapVariable(fond.people() / fond.areas_km2, "taux", "Densité", "Insee", "2023", "hab./km²")
shown = ect.show_map(ect.Choropleth(density), fond, "jura")
png_bytes(shown.figure(), shown.theme, "Densité")
"""

PLAIN = """
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from ect_research.analysis.territory.classes import classify
from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.figures.page.figure_bytes import png_bytes
from ect_research.figures.maps.legend import palettes
from ect_research.figures.maps.ground.map_frame import add_borders, add_shapes
from ect_research.figures.page.theme import get_theme
communes = load_basemap().communes
jura = communes[communes["dep"] == "39"]
shapes = jura["geometry"].to_numpy()
rate = jura["pop"] / (shapely.area(shapes) / 1e6)
west, south, east, north = shapely.total_bounds(shapes)
figure = Figure(figsize=(6, 6 * (north - south) / (east - west)), dpi=200)
FigureCanvasAgg(figure)
axes = figure.add_axes((0, 0, 1, 1), xlim=(west, east), ylim=(south, north))
axes.set(xticks=[], yticks=[])
axes.axis("off")
classes = classify(rate, "fisher", 5)
ranks = classes.assign(rate)
for rank, colour in enumerate(palettes.sequential(len(classes), get_theme())):
    add_shapes(axes, shapes[ranks == rank], merged=True, facecolor=colour)
add_borders(axes, shapes, edgecolor="#555555", linewidth=0.1)
png_bytes(figure, get_theme(), "Densité")
"""


def canvas(bounds):
    west, south, east, north = bounds
    figure = Figure(figsize=(6, 6 * (north - south) / (east - west)), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(west, east), ylim=(south, north))
    axes.set(xticks=[], yticks=[])
    axes.axis("off")
    return figure, axes


def save(figure):
    figure.savefig(io.BytesIO(), format="png", dpi=200)


def ours(frame):
    figure, axes = canvas(frame.total_bounds)
    classes = classify(frame["rate"], "fisher", 5)
    ranks, shapes = classes.assign(frame["rate"]), frame.geometry.to_numpy()
    for rank, colour in enumerate(palettes.sequential(len(classes), get_theme())):
        add_shapes(axes, shapes[ranks == rank], merged=True, facecolor=colour)
    add_borders(axes, shapes, edgecolor="#555555", linewidth=0.1)
    png_bytes(figure, get_theme(), "Densité")


def theirs_with_colours(frame):
    figure, axes = canvas(frame.total_bounds)
    classes = classify(frame["rate"], "fisher", 5)
    colours = np.array(palettes.sequential(len(classes), get_theme()))[classes.assign(frame["rate"])]
    frame.plot(ax=axes, color=colours, edgecolor="#555555", linewidth=0.1)
    save(figure)


def theirs_with_scheme(frame):
    figure, axes = canvas(frame.total_bounds)
    frame.plot("rate", ax=axes, scheme="FisherJenks", k=5, edgecolor="#555555", linewidth=0.1)
    save(figure)


IN_R = """
suppressMessages({library(sf); library(classInt)})
zones <- st_read("%s", quiet = TRUE)
box <- st_bbox(zones)
with_mapsf <- requireNamespace("mapsf", quietly = TRUE)
draw <- function() {
  png(tempfile(), width = 1200, height = 1200 * (box[4] - box[2]) / (box[3] - box[1]), res = 200)
  par(mar = c(0, 0, 0, 0))
  breaks <- classIntervals(zones$rate, 5, style = "fisher")$brks
  if (with_mapsf) mapsf::mf_map(zones, "rate", "choro", breaks = breaks, border = "#555555", lwd = 0.1, leg_pos = NA)
  else plot(zones["rate"], breaks = breaks, pal = hcl.colors(5), border = "#555555", lwd = 0.1, main = NULL,
            key.pos = NULL, reset = FALSE)
  dev.off()
}
spent <- replicate(%d, {start <- proc.time(); draw(); end <- proc.time() - start; end[1] + end[2]})
cat(if (with_mapsf) "mapsf" else "sf", min(spent))
"""


def in_r(frame, times):
    """Name of the R package at hand and its CPU seconds; nothing where R has no sf."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zones.gpkg"
        frame[["rate", "geometry"]].to_file(path, driver="GPKG")
        ran = subprocess.run(["Rscript", "-e", IN_R % (path, times)], capture_output=True, text=True, check=False)
    return ran.stdout.split()[-2:] if ran.returncode == 0 else None


def best(draw, frame, times):
    found = []
    for _ in range(times):
        start = time.process_time()
        draw(frame)
        found.append(time.process_time() - start)
    return min(found)


def frames(packages):
    basemap = load_basemap()
    communes = gpd.GeoDataFrame(basemap.communes, crs=basemap.epsg)
    communes = communes.assign(rate=communes["pop"] / (communes.area / 1e6))
    yield "Jura", communes[communes["dep"] == "39"]
    yield "Bourgogne-Franche-Comté", communes
    if packages is not None:
        from ect_research.corpus.basemap.build_geometry import read_wheel

        raw = read_wheel(packages)
        france = gpd.GeoDataFrame({"code": raw.codes}, geometry=list(raw.polygons), crs=2154)
        yield "France", france.assign(rate=1e6 / france.area)


def cpu_of(code):
    wrapped = f"import resource\n{code}\nu=resource.getrusage(resource.RUSAGE_SELF);print(u.ru_utime+u.ru_stime)"
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = subprocess.run([sys.executable, "-c", wrapped], env=compiled, capture_output=True, text=True, check=True)
    return float(told.stdout.split()[-1])


def end_to_end():
    """CPU seconds of a whole process, and how many times a bare import of geopandas and matplotlib."""
    codes = {
        "imports seuls": "import geopandas, matplotlib.figure",
        "choroplèthe seule": PLAIN,
        "carte composée": WHOLE,
    }
    seconds = dict.fromkeys(codes, math.inf)
    for _ in range(7):  # in turn: what else the machine does falls on each alike
        seconds = {name: min(seconds[name], cpu_of(code)) for name, code in codes.items()}
    bare = seconds["imports seuls"]
    rows = [(name, spent, spent / bare) for name, spent in seconds.items()]
    table = pd.DataFrame(rows, columns=["jura", "cpu_s", "rapport"]).round(2)
    table.to_csv(END_TO_END, index=False, lineterminator="\n")
    print(table.to_string(index=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--bout-en-bout", action="store_true", help="only the end to end measure")
    asked = parser.parse_args()
    if not asked.bout_en_bout:
        measure_choropleths(asked.packages)
    end_to_end()


def measure_choropleths(packages):
    """Ours against geopandas and R, in memory."""
    rows = []
    for name, frame in frames(packages):
        times = 2 if len(frame) > 10_000 else 5
        row = {"territoire": name, "communes": len(frame), "ect_s": best(ours, frame, times)}
        row["geopandas_couleurs_s"] = best(theirs_with_colours, frame, times)
        if find_spec("mapclassify"):
            row["geopandas_scheme_s"] = best(theirs_with_scheme, frame, times)
        if shutil.which("Rscript") and (found := in_r(frame, times)):
            row[f"r_{found[0]}_s"] = float(found[1])
        rows.append(row)
    table = pd.DataFrame(rows)
    for column in [name for name in table if name.startswith(("geopandas", "r_"))]:
        table[f"{column.removesuffix('_s')}_rapport"] = table[column] / table["ect_s"]
    RESULT.parent.mkdir(exist_ok=True)
    table.round(3).to_csv(RESULT, index=False, lineterminator="\n")
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()

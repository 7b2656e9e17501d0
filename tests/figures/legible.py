"""Whether a figure can be read: no text leaves the page, none covers another."""

from itertools import combinations

from matplotlib.text import Text

from ect_research.figures.page.caption import add_caption


def texts(figure):
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def boxes(figure, theme):
    with theme.applied():
        renderer = figure.canvas.get_renderer()
        return [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]


def check_texts(shown):
    figure = add_caption(shown.figure(), shown.words(), shown.theme)
    placed = boxes(figure, shown.theme)
    for text, box in placed:
        assert box.x0 >= -1 and box.x1 <= figure.bbox.width + 1, text
        assert box.y0 >= -1 and box.y1 <= figure.bbox.height + 1, text
    for (first, one), (second, other) in combinations(placed, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        upright = min(one.y1, other.y1) - max(one.y0, other.y0)
        slack = 0.28 * min(one.width, one.height, other.width, other.height)
        assert across <= slack or upright <= slack, f"{first!r} and {second!r} overlap"

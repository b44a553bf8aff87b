"""A matplotlib figure as inline SVG that follows the page's colours."""

import io
import re
from contextlib import AbstractContextManager

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

# Stand-ins that are replaced by the page's CSS variables, so that one picture serves the light
# and the dark scheme.
INK, MUTED, GRID = "#010101", "#020202", "#030303"
CONTACTS, BAND, STAFFED, COVER = "#040404", "#050505", "#060606", "#070707"
MISSING, LACK = "#080808", "#090909"
VARIABLES = {
    INK: "--ink", MUTED: "--muted", GRID: "--grid", CONTACTS: "--contacts", BAND: "--band",
    STAFFED: "--staffed", COVER: "--cover", MISSING: "--missing", LACK: "--lack",
}  # fmt: skip


def drawing(key: str) -> AbstractContextManager[None]:
    """Settings of matplotlib that hold while one picture, named ``key``, is drawn."""
    return matplotlib.rc_context(
        {
            "svg.fonttype": "none",
            # Names of parts stay the same from run to run, and differ from picture to picture.
            "svg.hashsalt": key,
            "font.size": 10,
            "axes.titlesize": 10,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.titlecolor": INK,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": MUTED,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.facecolor": "none",
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": GRID,
            "grid.linewidth": 0.6,
            "figure.facecolor": "none",
            "hatch.linewidth": 1.2,
            "legend.frameon": False,
            "legend.fontsize": 10,
            "legend.labelcolor": INK,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
        }
    )


def inline(figure: Figure, key: str) -> Markup:
    """A figure as inline SVG, which the page's caption of that key describes."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    for pattern, replacement in CLEANING:
        body = re.sub(pattern, replacement, body, flags=re.DOTALL)
    body = re.sub(r' (?:d|x|y|transform)="[^"]*"', _shorten, body)
    for stand_in, variable in VARIABLES.items():
        body = body.replace(stand_in, f"var({variable})")
    width, height = figure.get_size_inches() * 72
    view = f"0 0 {width:.1f} {height:.1f}"
    return Markup(f'<svg viewBox="{view}" role="img" aria-labelledby="{key}-caption">{body}</svg>')


# What a picture inside a page does not need: its own metadata, style sheet, fonts and group names.
CLEANING = (
    (r"<metadata>.*?</metadata>", ""),
    (r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", ""),
    (r'<g id="[^"]*"', "<g"),
    (r"<!--.*?-->", ""),
    (r"font-family: [^;\"]*;? ?", ""),
    (r"xlink:href", "href"),
    (r">\s+<", "><"),
)


def _shorten(attribute: re.Match[str]) -> str:
    text = re.sub(r"(\.\d)\d+", r"\1", attribute.group())
    return re.sub(r"\s*\n(?:L )?\s*", " ", text)

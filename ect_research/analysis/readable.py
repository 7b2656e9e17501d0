"""Results that say what they are: what Jupyter shows of one, from its own documentation, without a single value."""

from __future__ import annotations

import re
from dataclasses import fields
from html import escape
from inspect import cleandoc
from typing import ClassVar

import pandas as pd


class Readable:
    """A frozen result. Its values are seen through an exhibit only, which keeps to what the corpus protects."""

    exhibits: ClassVar[tuple[str, ...]] = ()
    """The function that shows it, then its views, if it has several."""
    passes_the_gate: ClassVar[bool] = True

    def _repr_mimebundle_(self, **_kinds: object) -> dict[str, str]:
        """What it is, what it holds, and how to see it."""
        doc = cleandoc(type(self).__doc__ or "")
        said = dict(re.findall(r"^    (\w+): (.+?)(?=\n    \w+: |\Z)", doc, re.DOTALL | re.MULTILINE))
        rows = "".join(
            f"<tr><td><code>{field.name}</code></td><td>{_shape(getattr(self, field.name))}</td>"
            f"<td>{escape(' '.join(said.get(field.name, '').split()))}</td></tr>"
            for field in fields(self)  # type: ignore[arg-type]
        )
        show, *views = self.exhibits or ("show_table",)
        asked = [f", &quot;{name}&quot;" for name in views] or [""]
        see = ", ".join(f"<code>ect.{show}(…{view})</code>" for view in asked)
        html = (
            f"<p><b>{type(self).__name__}</b> : {escape(doc.splitlines()[0])}</p><table>{rows}</table>"
            f"<p>Pour le voir : {see}</p>"
        )
        return {"text/html": html, "text/plain": f"{type(self).__name__} : {doc.splitlines()[0]}"}


def _shape(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return f"{value.shape[0]} × {value.shape[1]}"
    return str(len(value)) if isinstance(value, (tuple, list, dict, pd.Series)) else escape(type(value).__name__)

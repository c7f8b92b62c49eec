"""PDF, and lines of text as pictures, by Typst: from the templates in templates/papers/ and plain data."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from typing import Any

import typst
from django.conf import settings

from foundation.clock.queries import now
from foundation.documents.paper import Paper

SHARED = "paper.typ"


@cache
def _fonts() -> typst.Fonts:
    """Our own fonts, and the system's for the characters that ours lack."""
    return typst.Fonts(include_system_fonts=True, font_paths=[str(settings.BASE_DIR / "fonts")])


def print_paper(paper: Paper) -> bytes:
    """The paper as PDF: its text can be searched, its fonts are inside."""
    words = asdict(replace(paper, files={}))
    pictures = {name: _as_text(data) for name, data in paper.files.items()}
    return render("form", words, files=pictures, at=paper.at)


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    at: datetime | None = None,
) -> bytes:
    """The paper `templates/papers/<template>.typ` filled with this data; `files` are its pictures.

    The data travels as JSON and is never read as markup.
    """
    moment = (at or now()).replace(microsecond=0)
    return _compiled(template, data, files or {}, format="pdf", timestamp=moment)


def _as_text(picture: bytes) -> bytes:
    """The picture inside an SVG, stretched to its frame: a folder in memory takes text only."""
    inside = b64encode(picture).decode("ascii")
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">'
        '<image width="100" height="100" preserveAspectRatio="none"'
        f' href="data:image/{kind};base64,{inside}"/></svg>'
    ).encode("ascii")


def picture(template: str, data: Mapping[str, Any]) -> bytes:
    """What the template draws as a PNG, a point of it as a pixel."""
    return _compiled(template, data, {}, format="png", ppi=72.0)


def _compiled(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes], **form: Any
) -> bytes:
    folder = settings.BASE_DIR / "templates" / "papers"
    sources = {
        "main": (folder / f"{template}.typ").read_bytes(),
        SHARED: (folder / SHARED).read_bytes(),
    }
    compiler = typst.Compiler(  # type: ignore[type-var]  # a folder in memory is taken too
        input={**files, **sources},
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
    )
    made: Any = compiler.compile(**form)
    return bytes(made)

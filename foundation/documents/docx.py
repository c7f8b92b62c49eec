"""Word by hand: the parts in templates/papers/word/, filled with a paper and zipped.

GB/T 9704 names its fonts; Word and WPS find them on the reader's computer, so none is embedded.
"""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.template.loader import render_to_string

from foundation.documents.paper import Paper
from foundation.documents.xml import without_illegal_signs

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The list of parts comes first, as readers that do not seek expect it.
_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/core.xml",
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/fontTable.xml",
    "word/settings.xml",
    "word/footer.xml",
)
# The oldest day a zip can name: the parts are as old as the paper, which says so in core.xml.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def write_paper(paper: Paper) -> bytes:
    """The paper as Word: its text and tables, to be edited, and its pictures."""
    out = io.BytesIO()
    with ZipFile(out, "w") as parts:
        for name in _PARTS:
            words = render_to_string(f"papers/word/{name}", {"paper": paper})
            part = ZipInfo(name, _NO_DAY)
            parts.writestr(part, without_illegal_signs(words), ZIP_DEFLATED)
        for name, picture in paper.files.items():
            parts.writestr(ZipInfo(f"word/media/{name}", _NO_DAY), picture)
    return out.getvalue()

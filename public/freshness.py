"""How old a public page may be: an answer changes with the register, the county's day, and nothing else."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.gzip import gzip_page

from foundation.accounts.access import open_to_all
from foundation.clock.queries import today
from foundation.web.context import wants_large_type
from foundation.web.read_only import read_only
from public.queries.shelf import public_mark

# A shared cache may keep a page this long, and give it this much longer while it fetches the next one, so that
# nobody waits; a browser asks each time, and mostly hears «304».
SHARED_SECONDS, RENEWING_SECONDS = 3, 2
_CACHE_CONTROL = (
    f"public, max-age=0, s-maxage={SHARED_SECONDS},"
    f" stale-while-revalidate={RENEWING_SECONDS}, must-revalidate"
)

View = Callable[..., HttpResponseBase]


# What a page is made of beside its data: any room of the house may have a word in it.
_MADE_OF = (
    "requirements.txt",
    "dingbian_supervision/**/*",
    "foundation/**/*",
    "inspections/**/*",
    "institutions/**/*",
    "public/**/*",
    "static/**/*",
    "templates/**/*",
)


@cache
def release() -> str:
    """A digest of all that the portal is made of: pages change when it does."""
    digest = hashlib.sha256()
    for path in sorted(path for kind in _MADE_OF for path in Path(settings.BASE_DIR).glob(kind)):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _words_of_the_house() -> tuple[object, ...]:
    words = (settings.OFFICE_NAME, settings.OFFICE_PHONE, settings.OFFICE_EMAIL, settings.SITE_NAME)
    names = (settings.COUNTY_NAME, settings.OFFICE_SHORT_NAME)
    return (*words, *names, settings.FOOTER, settings.DEMO)


def public_page(view: View) -> View:
    """A page for everybody: reads only, no cookie, compressed, with an ETag of what it depends on.

    The view gets `mark` and `on`: after which change of the register, and on which day of the county.
    """

    @open_to_all
    @read_only
    @gzip_page
    @wraps(view)
    def fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mark, on = public_mark(), today()
        seen = (release(), _words_of_the_house(), mark, on)
        asked = (request.get_host(), request.get_full_path(), wants_large_type(request))
        tag = hash_of((seen, asked))
        etag = f'W/"{tag}"'
        known = get_conditional_response(request, etag=etag)
        answer = view(request, *args, mark=mark, on=on, **kwargs) if known is None else known
        if answer.status_code in {200, 304}:
            answer["ETag"] = etag
            answer["Cache-Control"] = _CACHE_CONTROL
        # The elder mode's cookie is the only one that a public page looks at.
        patch_vary_headers(answer, ["Cookie"])
        return answer

    return fresh


def hash_of(value: object) -> str:
    """Sixteen hexadecimal digits that differ when the value's words do."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]

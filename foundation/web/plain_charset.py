"""Before Django sees a request: everything here is UTF-8, whatever the request calls itself.

Django looks the charset up among all of Python's codecs while it builds the request, where no
middleware can answer yet; `charset=base64` would end in a stack trace there.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def plain_charset(application: WSGIApplication) -> WSGIApplication:
    """The same application, which is never told of a charset."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        kind = environ.get("CONTENT_TYPE", "")
        if "charset" in kind.lower():
            environ["CONTENT_TYPE"] = _without_charset(kind)
        return application(environ, start_response)

    return answer


def _without_charset(kind: str) -> str:
    parts = kind.split(";")
    return ";".join(part for part in parts if not part.strip().lower().startswith("charset"))

"""The phone's page itself, its service worker and its manifest: nothing personal in them, the same for everybody."""

import hashlib
import json
from functools import cache
from pathlib import Path

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from foundation.accounts.access import open_to_all

_SCRIPTS = Path(settings.BASE_DIR, "static", "js", "visit")
_WORKER = _SCRIPTS / "worker.js"
_LOOK = ("css/tokens.css", "css/base.css", "css/phone.css", "img/favicon.png")
_ICONS = {192: "img/icon-192.png", 512: "img/icon-512.png"}


@open_to_all
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page before its script fills it. What the camera has just made is shown on it, hence its own policy."""
    response = HttpResponse(_page(_version()))
    response["Cache-Control"] = "no-cache"
    response[HEADER] = _policy()
    return response


@open_to_all
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: another one as soon as any file of the page is another one."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the page is called and looks on a phone's first screen."""
    response = JsonResponse(_manifest(), content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


def _page(version: str) -> str:
    words = {name: getattr(settings, name) for name in ("SITE_NAME", "OFFICE_PHONE", "DEMO")}
    return render_to_string("phone/shell.html", {"county": words, "version": version})


@cache
def _policy() -> str:
    own = {
        "img-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
    }
    return build_policy(replace=own)


def _manifest() -> dict[str, object]:
    icons = [
        {
            "src": static(name),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size, name in _ICONS.items()
    ]
    return {
        "name": f"现场检查 - {settings.SITE_NAME}",
        "short_name": "现场检查",
        "lang": "zh-Hans",
        "start_url": reverse("phone:shell"),
        "scope": reverse("phone:shell"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1a56a8",
        "icons": icons,
    }


def _scripts() -> list[Path]:
    return sorted(path for path in _SCRIPTS.glob("*.js") if path != _WORKER)


def kept_files() -> list[str]:
    """The addresses that the worker keeps. Scripts import each other by plain names, so they are loaded by these."""
    scripts = [f"{settings.STATIC_URL}js/visit/{path.name}" for path in _scripts()]
    return [reverse("phone:shell"), reverse("phone:manifest"), *map(static, _LOOK), *scripts]


def _version() -> str:
    """Another one as soon as any byte of the page is."""
    found = hashlib.sha256(json.dumps([kept_files(), _page(""), _manifest()]).encode())
    for path in (*_scripts(), *(settings.BASE_DIR / "static" / name for name in _LOOK)):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _worker() -> str:
    kept = json.dumps({"version": _version(), "files": kept_files()})
    return f"self.kept = {kept};\n{_WORKER.read_text(encoding='utf-8')}"

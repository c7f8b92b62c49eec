"""The least that Django can answer: one view, no middleware, no database. The limit beside the portal."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])


def minimal(_request: HttpRequest) -> HttpResponse:
    """Sixteen letters."""
    return HttpResponse("ok" * 8, content_type="text/plain")


urlpatterns = [path("", minimal)]
application = get_wsgi_application()

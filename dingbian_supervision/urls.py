"""Which room answers which address."""

from django.urls import URLPattern, URLResolver, include, path

# What everybody asks for comes first: each room before it would be looked through for every reader.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("public.urls")),
    path("office/", include("foundation.accounts.urls")),
    path("office/", include("institutions.urls")),
    path("office/", include("inspections.urls")),
    path("phone/", include("inspections.phone_urls")),
    path("office/", include("desk.urls")),
    path("", include("foundation.health.urls")),
    path("", include("foundation.law.urls")),
    path("", include("foundation.oversight.urls")),
    path("", include("foundation.ui.urls")),
]

handler400 = "foundation.web.errors.bad_request"
handler403 = "foundation.web.errors.forbidden"
handler404 = "foundation.web.errors.not_found"
handler500 = "foundation.web.errors.failed"

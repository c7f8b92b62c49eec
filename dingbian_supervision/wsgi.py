"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from foundation.web.plain_charset import plain_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")

application = plain_charset(get_wsgi_application())
# The views and their dictionaries are loaded once for all processes, before the first reader of each has to wait.
get_resolver().url_patterns  # noqa: B018 -- asked for what it loads

"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application

from foundation.web.plain_charset import plain_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingbian_supervision.settings")

application = plain_charset(get_wsgi_application())

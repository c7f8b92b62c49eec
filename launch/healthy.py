"""Does the web container answer? Its health check."""

import urllib.request

urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=4).close()

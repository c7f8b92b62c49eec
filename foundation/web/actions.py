"""Telling the public pages that they have changed."""

import secrets

from foundation.web.models import PublicMark


def touch_public() -> None:
    """Called by every act whose result the public can see, in the act's own transaction."""
    PublicMark.objects.bulk_create(
        [PublicMark(pk=1, mark=secrets.token_hex(8))],
        update_conflicts=True,
        update_fields=["mark"],
        unique_fields=["id"],
    )

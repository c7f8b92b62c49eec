"""What the phone's page loads where nobody was before, by the test and by the figure alike."""

import gzip

from playwright.sync_api import Page, Request

MOST_BYTES = 120 * 1024


def packed_sizes(page: Page) -> dict[str, int]:
    """By address, how many bytes each answer has when it is packed; it grows while the page loads."""
    sizes: dict[str, int] = {}

    def note(request: Request) -> None:
        answer = request.response()
        if answer:
            sizes[answer.url.split("/", 3)[3]] = len(gzip.compress(answer.body(), 6))

    page.on("requestfinished", note)
    return sizes

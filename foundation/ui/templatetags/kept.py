"""Parts of a page that are the same for every reader are rendered once."""

from collections.abc import Hashable
from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.loader_tags import BlockNode
from django.urls import reverse
from django.utils.safestring import SafeString

register = template.Library()
# More kinds of readers than this would be a key that names the reader.
_MOST_KEPT = 64


@register.tag
def kept(parser: Parser, token: Token) -> "KeptNode":
    """`{% kept county.words county.elder %}…{% endkept %}`: rendered once for each value of the words after it.

    What stands inside may depend on nothing but these values.
    """
    keys = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    if inside.get_nodes_by_type(BlockNode):
        raise template.TemplateSyntaxError("a block differs from page to page and cannot be kept")
    return KeptNode(keys, inside)


@register.simple_tag
@cache
def kept_url(name: str) -> str:
    """`{% kept_url "public:whitelist" %}`: what `{% url %}` says, for an address that has no parts."""
    return reverse(name)


class KeptNode(Node):
    """The part, and what it was rendered to."""

    def __init__(self, keys: list[FilterExpression], nodelist: NodeList) -> None:
        self.keys, self.nodelist = keys, nodelist
        self._rendered: dict[tuple[Hashable, ...], SafeString] = {}

    def render(self, context: Any) -> SafeString:
        """The words as they were the first time."""
        key = tuple(one.resolve(context) for one in self.keys)
        words = self._rendered.get(key)
        if words is None:
            words = self.nodelist.render(context)
            if len(self._rendered) >= _MOST_KEPT:
                self._rendered.clear()
            self._rendered[key] = words
        return words

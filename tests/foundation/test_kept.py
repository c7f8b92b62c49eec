"""What is the same for every reader is rendered once, and again when its key differs."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, override_settings

from foundation.ui.templatetags import kept as room


def rendered(template: Template, **values: object) -> str:
    return template.render(Context(values))


def test_a_kept_part_is_rendered_once_for_each_key() -> None:
    template = Template("{% load kept %}{% kept key %}{{ word }}{% endkept %} {{ word }}")
    assert rendered(template, key=1, word="先") == "先 先"
    assert rendered(template, key=1, word="后") == "先 后"
    assert rendered(template, key=2, word="后") == "后 后"


def test_a_part_without_key_is_rendered_once() -> None:
    template = Template("{% load kept %}{% kept %}{{ word }}{% endkept %}")
    assert [rendered(template, word=word) for word in ("先", "后")] == ["先", "先"]


def test_keys_without_end_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_KEPT", 2)
    template = Template("{% load kept %}{% kept key %}{{ word }}{% endkept %}")
    assert [rendered(template, key=key, word=key) for key in (1, 2, 3)] == ["1", "2", "3"]
    assert rendered(template, key=1, word="新") == "新"


def test_a_block_cannot_be_kept() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load kept %}{% kept %}{% block a %}{% endblock %}{% endkept %}")


def test_what_is_kept_is_escaped_as_ever() -> None:
    template = Template("{% load kept %}{% kept %}{{ word }}{% endkept %}")
    assert rendered(template, word="<b>") == "&lt;b&gt;"


@pytest.mark.django_db
def test_a_page_follows_the_settings_and_the_large_type(client: Client) -> None:
    assert "0912-5550000" in client.get("/whitelist/").content.decode()
    with override_settings(OFFICE_PHONE="0912-5550001"):
        changed = client.get("/whitelist/").content.decode()
    assert ("0912-5550001" in changed, "0912-5550000" in changed) == (True, False)
    client.cookies["elder"] = "1"
    assert "退出长者模式" in client.get("/whitelist/").content.decode()

"""What is published stays as it was published: the database refuses, whoever asks."""

import pytest
from django.db import ProgrammingError, connection, transaction

from institutions.models import ListIssue
from tests.public.publishing import licensed, publish

pytestmark = pytest.mark.django_db

_INSERT = """
INSERT INTO institutions_listentry (issue_id, position, institution_id, name, address, town, categories,
    subjects, lead_department, licence_number, credit_code, valid_until, note)
SELECT {issue}, 99, {other}, '添上的', '', '', '', '', '', '', '', '', ''
"""


@pytest.mark.parametrize(
    "asked",
    [
        "UPDATE institutions_listissue SET as_of = '2020-01-01' WHERE id = {issue}",
        "UPDATE institutions_listissue SET state = 'draft' WHERE id = {issue}",
        "DELETE FROM institutions_listissue WHERE id = {issue}",
        "UPDATE institutions_listentry SET name = '别的' WHERE issue_id = {issue}",
        "UPDATE institutions_listentry SET issue_id = {issue} WHERE issue_id = {draft}",
        "DELETE FROM institutions_listentry WHERE issue_id = {issue}",
        _INSERT,
    ],
    ids=["head", "state", "issue gone", "row", "row moved in", "row gone", "row added"],
)
def test_the_database_refuses_to_change_a_published_issue(asked: str) -> None:
    published = publish(licensed())
    other = licensed()
    draft = ListIssue.objects.create(
        kind="whitelist",
        as_of=published.as_of,
        publisher="测试双减办",
        proposed_at=published.proposed_at,
    )
    draft.entries.create(position=1, institution=other, name=other.name)
    words = asked.format(issue=published.pk, draft=draft.pk, other=other.pk)

    with (
        pytest.raises(ProgrammingError, match="a published list is frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(words)


def test_a_draft_is_changed_and_emptied_as_ever() -> None:
    row = licensed()
    draft = ListIssue.objects.create(
        kind="whitelist", as_of="2023-07-10", publisher="甲", proposed_at="2023-07-10T01:00Z"
    )
    draft.entries.create(position=1, institution=row, name=row.name)

    draft.entries.update(name="另一个")
    draft.entries.all().delete()

    assert draft.delete()[0] == 1

"""What the code on a wall opens: live, with its moment, never kept by anyone."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from tests.public.publishing import licensed, page, publish

pytestmark = pytest.mark.django_db


def test_it_tells_state_name_address_kind_and_the_moment(
    client: Client, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to("2023-07-10T01:12:31Z", tick=False)
    row = licensed("定边县小荷舞蹈", address="定边县民生街7号")
    publish(row)
    found = page(client, f"/v/{row.public_id}/")
    for words in ("正常", "在白名单中", row.name, row.address, "请核对门牌", "2023-07-10 09:12:31"):
        assert words in found, words


@pytest.mark.parametrize("address", ["/v/{}/", "/v/zzzzzzzzzz/"])
def test_it_is_never_kept(client: Client, address: str) -> None:
    row = licensed()
    publish(row)
    answer = client.get(address.format(row.public_id))
    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer


def test_a_code_that_nobody_gave_out_warns(client: Client) -> None:
    answer = client.get("/v/zzzzzzzzzz/")
    assert answer.status_code == 404
    assert "墙上的码可能是伪造的" in answer.content.decode()


def test_it_asks_the_database_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = licensed()
    publish(row)
    client.get(f"/v/{row.public_id}/")  # the question is planned once for a connection
    with django_assert_num_queries(1):
        client.get(f"/v/{row.public_id}/")

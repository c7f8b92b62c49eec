"""What a phone has kept is never lost: real Chromium, real IndexedDB, and a desk that fails in every way."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser.desk import LOGIN_PAGE, NOW, TOOLS, Answer, Desk, Fault, open_desk, said

pytestmark = pytest.mark.browser

LOCKS = pytest.mark.parametrize("locks", ["navigator.locks", "null"], ids=["locks", "leases"])


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as found:
        yield found


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One phone: what its tabs keep, they share."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    yield context
    context.close()


def tab(context: BrowserContext, desk: Desk) -> Page:
    page = context.new_page()
    page.goto(desk.address)
    page.wait_for_function("window.phone")
    page.evaluate(TOOLS)
    return page


def states(page: Page) -> list[str]:
    found: list[str] = page.evaluate("states()")
    return found


def until(page: Page, condition: str) -> None:
    """A promise is awaited, again and again."""
    limit = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < limit, (condition, page.evaluate("store.overview()"))
        time.sleep(0.05)


def all_arrived(page: Page) -> None:
    until(page, "states().then((all) => all.length && all.every((one) => one === 'arrived'))")


def wait(check: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not check():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_what_was_kept_arrives_once_and_only_then_leaves_the_phone(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 2).then(() => step(1, 1))")
    assert (states(page), page.evaluate("held()")) == (["waiting", "waiting"], 3)

    page.evaluate("start()")
    all_arrived(page)

    assert list(desk.effects.values()) == [1, 1]
    assert len(desk.blobs) == 3
    assert page.evaluate("held()") == 0
    assert page.evaluate("store.load('v1')")["record"] == {"step": 1}
    assert {head["x-csrftoken"] for head in desk.heads if "x-sent-at" in head} == {"t"}


def test_an_act_tells_the_time_of_the_phone_and_by_how_much_it_is_wrong(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 0)")
    page.evaluate("void start()")
    all_arrived(page)
    page.evaluate("step(1, 0).then(() => queue.kick())")
    all_arrived(page)

    first, second = (json.loads(text) for text in desk.acts.values())
    assert first["offset"] is None
    server = datetime.fromisoformat(second["at"]) + timedelta(milliseconds=second["offset"])
    assert abs(server - datetime.fromisoformat(NOW)) < timedelta(minutes=1)


def test_a_step_is_kept_whole_or_not_at_all_when_its_tab_is_killed(
    context: BrowserContext, desk: Desk
) -> None:
    last = 0
    for pause in (0.0, 0.02, 0.05, 0.1):
        page = tab(context, desk)
        told: list[str] = []
        page.on("console", _heard(told))
        page.evaluate(
            """(version) => { (async () => {
              for (;;) { version = await step(version, 2); console.log(version); }
            })(); }""",
            last,
        )
        page.wait_for_timeout(pause * 1000)
        killed(page)
        page = tab(context, desk)
        kept = page.evaluate("store.load('v1')")
        found = page.evaluate("store.overview()")
        last = kept["version"] if kept else 0
        assert last >= max(map(int, told), default=0)
        assert (len(found["items"]), len(found["blobs"])) == (last, 2 * last)
        assert page.evaluate(
            "store.overview().then(({blobs}) => Promise.all(blobs.map(async (one) => {"
            " const {data} = await store.blob(one.id); return await phone.sha256(data) === one.sha256; })))"
            ".then((all) => all.every(Boolean))"
        )
        page.close()
    assert last > 0


def _heard(told: list[str]) -> Callable[[ConsoleMessage], None]:
    return lambda message: told.append(message.text)


def killed(page: Page) -> None:
    """The system takes the tab's memory away."""
    with contextlib.suppress(PlaywrightError):
        page.goto("chrome://crash")
    page.close()


def test_a_full_phone_keeps_nothing_half(context: BrowserContext, desk: Desk) -> None:
    page = tab(context, desk)
    # Asked before the first write: the browser remembers for half a minute how much room there is.
    words = {"origin": desk.address.rstrip("/"), "quotaSize": 2_000_000}
    context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", words)
    page.evaluate("step(0, 1)")
    before = page.evaluate("store.overview()")

    reason = page.evaluate(
        """async () => { try {
          const blobs = [await phone.marked(new Uint8Array(3000000).buffer, "image/jpeg")];
          const items = [{ checklist: "3", kind: "answer", body: {}, blobs }];
          await store.save({ visit: "v1", version: 1, record: { step: "lost" }, blobs, items });
        } catch (why) { return [why.reason, why.message]; } }"""
    )

    assert reason[0] == "full"
    assert "存储空间不足" in reason[1]
    assert page.evaluate("store.overview()") == before
    assert page.evaluate("store.load('v1')")["record"] == {"step": 0}
    assert page.evaluate("step(1, 1)") == 2


def test_a_tab_that_knows_an_older_step_writes_over_nothing(
    context: BrowserContext, desk: Desk
) -> None:
    first, second = tab(context, desk), tab(context, desk)
    first.evaluate("step(0, 1)")

    reason = second.evaluate("step(0, 1).catch((why) => [why.reason, why.message])")

    assert reason[0] == "stale"
    assert "另一个窗口" in reason[1]
    assert (states(second), second.evaluate("held()")) == (["waiting"], 1)
    assert second.evaluate("step(1, 0)") == 2


@LOCKS
def test_two_tabs_send_each_act_once_and_one_after_another(
    context: BrowserContext, desk: Desk, locks: str
) -> None:
    first, second = tab(context, desk), tab(context, desk)
    first.evaluate("(async () => { for (let at = 0; at < 8; at += 1) await step(at, 1); })()")

    def slow(_: str, in_order: Callable[[], Answer]) -> Answer:
        time.sleep(0.05)
        return in_order()

    desk.fault = slow
    for page in (first, second):
        page.evaluate(f"void start({{ locks: {locks} }})")
    for page in (first, second):
        all_arrived(page)

    posts = [one for one in desk.requests if one.startswith("POST")]
    assert (len(posts), list(desk.effects.values()), desk.most_busy) == (8, [1] * 8, 1)


@LOCKS
def test_what_a_dead_tab_was_sending_is_sent_by_the_next_or_when_its_lease_is_over(
    context: BrowserContext, desk: Desk, locks: str
) -> None:
    begun: list[str] = []

    def lost(path: str, in_order: Callable[[], Answer]) -> Answer | None:
        if not path.endswith("/sync/"):
            return in_order()
        begun.append(path)
        time.sleep(1)
        return None

    first = tab(context, desk)
    first.evaluate("step(0, 1)")
    desk.fault = lost
    first.evaluate(f"void start({{ locks: {locks} }})")
    wait(lambda: begun)
    killed(first)
    desk.fault = None
    second = tab(context, desk)
    second.evaluate(f"void start({{ locks: {locks} }})")
    # A lock goes with its tab. A lease does not.
    if locks == "null":
        second.wait_for_timeout(300)
        assert states(second) == ["sending"]
        second = tab(context, desk)
        second.evaluate("{ const now = Date.now; Date.now = () => now() + 121000; }")
        second.evaluate(f"void start({{ locks: {locks} }})")

    all_arrived(second)
    assert list(desk.effects.values()) == [1]


def test_a_tab_that_fell_asleep_with_the_lock_holds_nothing_up(
    context: BrowserContext, desk: Desk
) -> None:
    asleep, awake = tab(context, desk), tab(context, desk)
    asleep.evaluate("step(0, 0).then(() => store.lead('asleep'))")
    asleep.evaluate("void navigator.locks.request('phone 7', () => new Promise(() => {}))")
    awake.evaluate("{ const now = Date.now; Date.now = () => now() + 121000; }")

    awake.evaluate("void start()")

    all_arrived(awake)


def test_a_clock_that_was_put_back_holds_nothing_up(context: BrowserContext, desk: Desk) -> None:
    page = tab(context, desk)
    page.evaluate("{ window.real = Date.now; Date.now = () => real() + 3 * 86400000; }")
    page.evaluate("step(0, 0).then(() => store.claim('dead')).then(() => store.lead('dead'))")
    page.evaluate("{ Date.now = real; }")

    page.evaluate("void start()")

    all_arrived(page)


def test_an_act_whose_photo_is_gone_stays_on_the_phone(context: BrowserContext, desk: Desk) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 2).then(() => step(1, 1))")
    page.evaluate(
        """() => new Promise((done) => { indexedDB.open("phone").onsuccess = ({ target }) => {
          store.overview().then(({ items }) => items[0].blobs[1].id).then((id) => {
            const fresh = target.result.transaction("bytes", "readwrite");
            fresh.objectStore("bytes").delete(id);
            fresh.oncomplete = done;
          });
        }; })"""
    )
    page.evaluate("void start()")
    until(page, "states().then((all) => all.join() === 'incomplete,arrived')")

    (row, _) = page.evaluate("store.overview()")["items"]
    assert (row["words"], row["text"] != "") == ("缺少照片", True)
    assert page.evaluate("held()") == 2
    assert row["id"] not in desk.effects


def _only(path_end: str, answer: Callable[[Callable[[], Answer]], Answer | None]) -> Fault:
    """This fault for the requests whose path ends so; the others in good order."""

    def fault(path: str, in_order: Callable[[], Answer]) -> Answer | None:
        is_meant = path.endswith(path_end) or (path_end == "blob" and "/blobs/" in path)
        return answer(in_order) if is_meant else in_order()

    return fault


def _after(in_order: Callable[[], Answer], answer: Answer | None) -> Answer | None:
    """It was done, but this is what the phone hears of it."""
    in_order()
    return answer


def _changed(answer: Answer, **other: object) -> Answer:
    words = json.loads(answer.body) | other
    return said(answer.status, **{name: value for name, value in words.items() if value != ...})


_HTML = "text/html; charset=utf-8"
_NO_RECEIPTS: dict[str, Callable[[Callable[[], Answer]], Answer | None]] = {
    "login page": lambda _: Answer(200, LOGIN_PAGE, _HTML),
    "login page by redirect": lambda _: Answer(302, b"", _HTML, place="/login/"),
    "page of a proxy": lambda _: Answer(404, b"<h1>Wi-Fi</h1>", _HTML),
    "500 after commit": lambda done: _after(done, Answer(500, b"<h1>500</h1>", _HTML)),
    "502": lambda _: Answer(502, b"", _HTML),
    "401": lambda _: said(401),
    "403": lambda _: said(403),
    "half an answer": lambda done: (lambda whole: Answer(200, whole.body, cut=9))(done()),
    "half of its JSON": lambda done: Answer(200, done().body[:-9]),
    "silence after commit": lambda done: _after(done, None),
    "nothing": lambda _: Answer(200, b""),
    "null": lambda _: Answer(200, b"null"),
    "a list": lambda _: Answer(200, b"[]"),
    "receipt of other bytes": lambda done: _changed(done(), sha256="0" * 64),
    "no receipt": lambda done: _changed(done(), receipt=...),
    "empty receipt": lambda done: _changed(done(), receipt=""),
    "a plain yes": lambda _: said(200, ok=True),
}
_STEPS = {"act": "/sync/", "photo": "blob"}


@pytest.mark.parametrize("what", _NO_RECEIPTS)
@pytest.mark.parametrize("step", _STEPS)
def test_only_a_receipt_is_success(
    context: BrowserContext, desk: Desk, what: str, step: str
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1)")
    desk.fault = _only(_STEPS[step], _NO_RECEIPTS[what])
    page.evaluate("void start()")
    wait(lambda: sum("session" in one for one in desk.requests) > 2)

    assert states(page)[0] in ("waiting", "sending")
    (row,) = page.evaluate("store.overview()")["items"]
    assert (row["text"] != "", row["receipt"]) == (True, "")
    assert page.evaluate("held()") == 1

    desk.fault = None
    all_arrived(page)
    assert list(desk.effects.values()) == [1]


@pytest.mark.parametrize(
    "answer", [Answer(500, b"<h1>500</h1>", "text/html"), None], ids=["500", "silence"]
)
def test_an_act_at_which_the_server_stumbles_holds_up_no_other(
    context: BrowserContext, desk: Desk, answer: Answer | None
) -> None:
    page = tab(context, desk)
    page.evaluate("(async () => { for (let at = 0; at < 4; at += 1) await step(at, 0); })()")
    seen: list[str] = []

    def stumble(in_order: Callable[[], Answer]) -> Answer | None:
        done = in_order()
        seen.append(json.loads(done.body)["sha256"])
        return answer if seen[-1] == seen[0] else done

    desk.fault = _only("/sync/", stumble)
    page.evaluate("void start({ wait: () => 1 })")

    until(page, "states().then((all) => all.slice(1).join() === 'arrived,arrived,arrived')")
    assert states(page)[0] != "arrived"


def test_a_receipt_lets_go_only_of_photos_that_it_names_by_their_hash(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 3)")

    def answer(in_order: Callable[[], Answer]) -> Answer:
        first, second, _ = json.loads(in_order().body)["blobs"]
        return _changed(in_order(), blobs=[first, second | {"sha256": "0" * 64}])

    desk.fault = _only("/sync/", answer)
    page.evaluate("void start()")
    all_arrived(page)

    assert page.evaluate("held()") == 2


def test_without_sign_in_nothing_is_sent_until_the_same_person_is_back(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1)")
    desk.fault = lambda *_: said(401)
    page.evaluate("void start()")
    wait(lambda: len(desk.requests) > 2)
    desk.user, desk.fault = "8", None
    until(page, "heard.includes('other-user')")
    assert desk.posts() == 0
    assert "signed-out" in page.evaluate("heard")

    desk.user = "7"

    all_arrived(page)
    sent = [head for head in desk.heads if "x-sent-at" in head]
    assert {head["x-user"] for head in sent} == {"7"}


def test_what_another_person_has_kept_is_neither_seen_nor_sent(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1)")
    desk.user = "8"

    page.evaluate("{ window.mine = store; store = new phone.Store('8'); void start(); }")
    until(page, "heard.includes('idle')")

    assert page.evaluate("store.overview()") == {"items": [], "blobs": []}
    assert page.evaluate("store.load('v1')") is None
    assert page.evaluate("mine.overview().then(({ items }) => items.length)") == 1
    assert desk.posts() == 0


@pytest.mark.parametrize(("status", "outcome"), [(409, "conflict"), (422, "refused")])
def test_what_the_office_does_not_take_stays_with_its_words_and_holds_nothing_up(
    context: BrowserContext, desk: Desk, status: int, outcome: str
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1).then(() => step(1, 1))")
    first = page.evaluate("store.overview()")["items"][0]

    def answer(in_order: Callable[[], Answer]) -> Answer:
        found = json.loads(in_order().body)
        if found["sha256"] != first["sha256"]:
            return in_order()
        return said(
            status, receipt="r", sha256=first["sha256"], outcome=outcome, words="两份都保留"
        )

    desk.fault = _only("/sync/", answer)
    page.evaluate("void start()")
    until(page, f"states().then((all) => all.join() === '{outcome},arrived')")

    row = page.evaluate("store.overview()")["items"][0]
    assert (row["text"], row["words"]) == (first["text"], "两份都保留")
    assert page.evaluate("held()") == 1


def test_what_comes_too_early_waits_with_its_words_and_holds_nothing_up(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1).then(() => step(1, 0))")
    first = page.evaluate("store.overview()")["items"][0]
    too_early = [True]

    def answer(in_order: Callable[[], Answer]) -> Answer:
        done = in_order()
        if json.loads(done.body)["sha256"] != first["sha256"] or not too_early:
            return done
        desk.answers.clear()
        return said(
            200, receipt="r", sha256=first["sha256"], outcome="early", words="检查还没有开始"
        )

    desk.fault = _only("/sync/", answer)
    page.evaluate("void start()")
    until(page, "states().then((all) => all.join() === 'waiting,arrived')")

    row = page.evaluate("store.overview()")["items"][0]
    assert (row["words"], row["text"]) == ("检查还没有开始", first["text"])
    assert page.evaluate("held()") == 1
    too_early.clear()
    all_arrived(page)


def test_a_photo_that_the_office_refuses_leaves_its_act_incomplete(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 1)")

    def answer(_: object) -> Answer:
        sha256 = json.loads(page_text)["blobs"][0]["sha256"]
        return said(422, outcome="refused", sha256=sha256, words="照片已损坏")

    page_text = page.evaluate("store.overview()")["items"][0]["text"]
    desk.fault = _only("blob", answer)
    page.evaluate("void start()")
    until(page, "states().then((all) => all.join() === 'incomplete')")

    assert page.evaluate("store.overview()")["blobs"][0]["words"] == "照片已损坏"


def test_photos_that_the_server_lost_are_sent_once_more(
    context: BrowserContext, desk: Desk
) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 2)")
    seen: list[int] = []

    def answer(in_order: Callable[[], Answer]) -> Answer:
        if not seen:
            desk.blobs.popitem()
        seen.append(1)
        return in_order()

    desk.fault = _only("/sync/", answer)
    page.evaluate("void start()")

    all_arrived(page)
    puts = [one for one in desk.requests if one.startswith("PUT")]
    assert (len(puts), len(set(puts)), list(desk.effects.values())) == (3, 2, [1])


def test_a_stuck_visit_is_one_file(context: BrowserContext, desk: Desk) -> None:
    page = tab(context, desk)
    page.evaluate("step(0, 2)")

    data = bytes(
        page.evaluate(
            "store.export('v1').then((blob) => new Response(blob).arrayBuffer())"
            ".then((buffer) => Array.from(new Uint8Array(buffer)))"
        )
    )

    line, _, rest = data.partition(b"\n")
    told = json.loads(line)
    assert (told["format"], told["user"]) == ("dingbian-visit-1", "7")
    assert told["visit"]["record"] == {"step": 0}
    assert json.loads(told["items"][0]["text"])["body"] == {"item": "A1", "answer": "fail"}
    for blob in told["blobs"]:
        assert sha256(rest[: blob["bytes"]]).hexdigest() == blob["sha256"]
        rest = rest[blob["bytes"] :]
    assert rest == b""

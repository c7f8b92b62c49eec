"""Browsers that the tests drive: what is said of one that is not there, and that no test is lost unseen."""

from pathlib import Path

import pytest

from launch import browsers
from launch.browsers import Browser
from launch.place import ROOT
from tests.browser.needed import programs_of


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("browser", browsers.ALL, ids=lambda browser: browser.name)
def test_a_browser_that_is_not_there_skips_its_tests_by_name(browser: Browser) -> None:
    words = f"没有 {browser.name}。安装：apt-get install .*{browser.packages[0]}"
    with pytest.raises(pytest.skip.Exception, match=words):
        programs_of(browser)


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("browser", browsers.ALL, ids=lambda browser: browser.name)
def test_where_everything_is_to_be_there_it_fails(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=browser.name):
        programs_of(browser)


def test_a_program_is_found_by_any_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "firefox"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs_of(browsers.FIREFOX) == [str(program)]


def test_the_automatic_build_installs_every_browser() -> None:
    installed = (ROOT / ".ci" / "run").read_text().split()
    wanted = {package for browser in browsers.ALL for package in browser.packages}
    assert wanted <= set(installed)

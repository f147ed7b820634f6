"""What the tutorials tell people to type works as written, in both languages; crawls are run in test_demo_road."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from reading_room import identity, library, opened

from archive.cli import main
from archive.holdings import Holdings
from archive.messages.language import choose

DOCS = Path(__file__).parents[2] / "docs"
TUTORIALS = ("getting-started.md", "vi/bat-dau.md")
ELSEWHERE = ("serve", "crawl", "watch", "survey")  # they go on until stopped, or ask the web: run in other tests
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return library(tmp_path_factory.mktemp("bai-hoc") / "kho")


def typed(tutorial: str) -> list[list[str]]:
    """The commands of a tutorial: lines of its console blocks, and `baotinh ...` in its sentences."""
    text = (DOCS / tutorial).read_text(encoding="utf-8")
    lines = [line[2:] for block in _BLOCK.findall(text) for line in block.splitlines() if line.startswith("$ baotinh ")]
    lines += [line for line in re.findall(r"`(baotinh [^`]+)`", _BLOCK.sub("", text)) if "..." not in line]
    return [shlex.split(line)[1:] for line in lines]


def adapted(words: list[str], tmp_path: Path, article: str, url: str) -> list[str]:
    """The command with names of the reader's own put in."""
    own = {"ID": article, "URL": url, "ĐỊA_CHỈ": url, "~/giao-nop/luu-tru-2026": str(tmp_path / "goi")}
    return [own.get(word, word) for word in words]


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_every_command_of_a_tutorial_ends_well(
    tutorial: str, holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(holdings) as client:
        article = identity(client, "tieude:chè")
    url = "http://khemay.example/tin-tuc/tong-ket-vu-che-18.html"
    ended = {}
    for words in typed(tutorial):
        if (
            words[0] in ELSEWHERE
            or words[:2] == ["sources", "verify"]
            or any(word.endswith(("TỆP.warc.gz", "FILE.warc.gz")) for word in words)
        ):
            continue
        asked = adapted(words, tmp_path, article, url)
        root = tmp_path / "moi" if words[0] == "init" else holdings.root
        if asked[:2] == ["sources", "show"]:
            asked[2] = "thai-nguyen-dang"
        try:
            choose("en")
            done = CliRunner().invoke(main, ["--archive", str(root), *asked], catch_exceptions=False)
        finally:
            choose("")
        if done.exit_code not in (0, 3):  # 3: understood, and this small archive holds no answer
            ended[shlex.join(words)] = done.output
    assert ended == {}
    check = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=tmp_path / "goi", check=False).returncode == 0


def test_both_tutorials_tell_the_same_commands() -> None:
    english, vietnamese = ({words[0] for words in typed(tutorial)} for tutorial in TUTORIALS)
    assert vietnamese <= english
    assert {"init", "crawl", "verify", "package", "serve", "search", "show", "export", "cite"} <= vietnamese


def test_what_the_archive_can_not_tell_is_said_point_by_point_in_both_languages() -> None:
    english, vietnamese = (
        re.findall(r"^\*\*.+?\*\*", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        for page in ("limits.md", "vi/gioi-han.md")
    )
    assert len(english) == len(vietnamese) > 10
    for page in ("limits.md", "vi/gioi-han.md"):
        assert {"day_estimated", "province_now", "ambiguous", "13"} <= set(
            re.findall(r"\w+", (DOCS / page).read_text(encoding="utf-8"))
        )

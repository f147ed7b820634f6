"""The commands on the sample archive: crawled from the sample site, read again on a cluster, counted there and here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")

from bench.spark_cluster import cluster
from demo.serve import serving
from demo.source import ID, source_toml

ROOT = Path(__file__).parents[3]


@dataclass
class Sample:
    """The sample archive, its tables, and a cluster."""

    archive: Path
    tables: Path
    master: str = ""

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        with self.begun(*arguments) as process:
            out, err = process.communicate()
        assert process.returncode == code, err
        return out

    def begun(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that runs."""
        environment = os.environ | {
            "BAOTINH_ARCHIVE": str(self.archive),
            "BAOTINH_ALLOW_LOOPBACK": "1",
            "BAOTINH_LANG": "en",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        program = str(Path(sys.executable).with_name("baotinh"))
        pipe = subprocess.PIPE
        return subprocess.Popen([program, *arguments], env=environment, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)

    def counted(self, name: str, *arguments: str, code: int = 0) -> str:
        """What a command of `baotinh spark` prints."""
        return self.run("spark", name, str(self.tables), "--master", self.master, *arguments, code=code)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    folder = tmp_path_factory.mktemp("sample")
    made = Sample(folder / "archive", folder / "tables")
    with serving() as server:
        made.run("init", "--operator", "Thư viện thử", "--contact", "mailto:thu@thuvien.example")
        (made.archive / "sources").mkdir(exist_ok=True)
        (made.archive / "sources" / f"{ID}.toml").write_text(source_toml(server.base, delay=0))
        made.run("crawl", ID)
        server.site.edit()
        made.run("crawl", ID, "--again")
    made.run("ngrams", "build")
    with cluster(folder) as (master, _):
        made.master = master
        made.run("reread", "--engine", "spark", "--master", master, "-o", str(made.tables))
        yield made


def test_trends_on_the_cluster_are_those_of_the_archive(sample: Sample) -> None:
    queries = ("hội AND nghị", "hội nghị", '"đại hội" ngay:2020', f"bao:{ID} xã")
    arguments = ("--json", "--measure", "per_million_words", *queries)
    expected = sample.run("trends", *arguments)
    assert json.loads(expected)["series"][0]["total"] > 5
    assert sample.counted("trends", *arguments) == expected


def test_a_gram_on_the_cluster_is_that_of_the_archive(sample: Sample) -> None:
    here, there = (
        json.loads(told)
        for told in (
            sample.run("ngrams", "show", "--json", "hoi nghi"),
            sample.counted("ngrams", "--json", "hoi nghi", "-o", str(sample.tables.with_name("grams"))),
        )
    )
    assert sum(month["count"] for month in here["months"]) > 5
    assert there | {"made_at": ""} == here | {"made_at": ""}
    assert list(sample.tables.with_name("grams").glob("grams/*.parquet"))


def test_keywords_on_the_cluster_are_those_of_the_archive(sample: Sample) -> None:
    arguments = ("--json", "đại hội", "--against", "ngay:2021..2025", "--least", "2")
    expected: Any = json.loads(sample.run("keywords", *arguments))
    assert len(expected["words"]) > 5
    assert json.loads(sample.counted("keywords", *arguments)) == expected


def test_the_sample_archive_has_no_text_twice_on_the_cluster_either(sample: Sample) -> None:
    arguments = ("--json", "--within", "--limit", "0")
    assert sample.run("clusters", *arguments, code=3) == sample.counted("clusters", *arguments, code=3) == ""


def test_a_job_that_is_stopped_says_so_in_a_line_and_leaves_no_tables(sample: Sample, tmp_path: Path) -> None:
    with sample.begun("reread", "--engine", "spark", "-o", str(tmp_path / "out")) as process:
        assert process.stderr is not None
        for line in process.stderr:  # what Java says as it starts
            if "log level" in line and "FATAL" in line:
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert [line for line in said.splitlines() if line] == [
        "baotinh: stopped; what was stored stays stored, and the same command goes on from there"
    ]
    assert not (tmp_path / "out" / "manifest.json").exists()

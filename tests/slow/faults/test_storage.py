"""Faults 3, 4, 27: a disk that is full, an archive that cannot be written, a database that another holds."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from harness import OFFER, Site, articles, assert_consistent, finish, make_archive, serving, start

from crawler.frontier.explain import counts, open_readonly

# Python ignores SIGXFSZ, so a write past the limit is a short write first and an error only the next time.
FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"


@pytest.mark.fault(3)
@pytest.mark.parametrize("size", [20_000, 60_000, 150_000])
def test_a_full_disk_stops_the_crawl_with_its_exit_code_and_the_next_goes_on(tmp_path: Path, size: int) -> None:
    with serving(Site(200)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        code, _, err = finish(start(archive, first=FULL.format(size=size), PYTHONDONTWRITEBYTECODE="1"))
        assert code == 4, err
        assert err.count("\n") == 1
        assert str(archive) in err
        code, _, err = finish(start(archive, "--json"))
        assert (code, err) == (0, OFFER)
        assert articles(archive) == 200
        assert_consistent(archive)


@pytest.mark.fault(3)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_disk_of_64_kb_stops_the_crawl_and_what_it_holds_is_whole(tmp_path: Path) -> None:
    with serving(Site(200)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        settings = archive / "archive.toml"
        settings.write_text(settings.read_text().replace("free_megabytes = 200", "free_megabytes = 0"))
        warc = archive / "warc" / "thu"
        warc.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", warc], capture_output=True).returncode:
            pytest.skip("tmpfs cannot be mounted here")
        try:
            code, _, err = finish(start(archive))
            assert code == 4, err
            assert "No space left" in err
            subprocess.run(["mount", "-o", "remount,size=64m", warc], check=True)
            assert finish(start(archive))[0] == 0
            assert articles(archive) == 200
            assert_consistent(archive)
        finally:
            subprocess.run(["umount", warc], check=True)


@pytest.mark.fault(4)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_an_archive_on_a_read_only_file_system_is_one_line_that_names_it(tmp_path: Path) -> None:
    with serving(Site(20)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        if subprocess.run(["mount", "--bind", archive, archive], capture_output=True).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", archive], check=True)
            code, _, err = finish(start(archive))
        finally:
            subprocess.run(["umount", archive], check=True)
        assert code == 4
        assert err.count("\n") == 1
        assert str(archive) in err
        assert sum(site.asked.values()) == 0
        assert finish(start(archive))[0] == 0, "nothing is left behind that holds the next one"
        assert_consistent(archive)


@pytest.mark.fault(4)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_what_is_left_to_fetch_is_told_of_an_archive_that_cannot_be_written(tmp_path: Path) -> None:
    with serving(Site(20)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        assert finish(start(archive, "--limit", "5"))[0] == 0
    if subprocess.run(["mount", "--bind", archive, archive], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", archive], check=True)
        with open_readonly(archive / "frontier.sqlite") as connection:
            assert any(one.state == "todo" for one in counts(connection))
    finally:
        subprocess.run(["umount", archive], check=True)


@pytest.mark.fault(27)
def test_a_database_that_another_process_holds_is_waited_for(tmp_path: Path) -> None:
    with serving(Site(60)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        assert finish(start(archive, "--limit", "5"))[0] == 0
        holder = sqlite3.connect(archive / "frontier.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        process = start(archive)
        time.sleep(6)
        assert process.poll() is None
        holder.execute("COMMIT")
        holder.close()
        assert finish(process)[0] == 0
        assert articles(archive) == 60


@pytest.mark.fault(27)
@pytest.mark.parametrize("name", ["frontier.sqlite", "archive.sqlite"])
def test_a_database_that_is_held_for_ever_ends_the_crawl_with_one_line_that_names_it(tmp_path: Path, name: str) -> None:
    hasty = "import crawler.frontier.store\ncrawler.frontier.store._BUSY_SECONDS = 2\n"
    with serving(Site(60)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        assert finish(start(archive, "--limit", "5"))[0] == 0
        holder = sqlite3.connect(archive / name, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        code, _, err = finish(start(archive, first=hasty), seconds=110)  # each process waits a minute, and not twice
        told = [line for line in err.splitlines() if not line.startswith("thu: ")]  # how far it is, each minute
        assert (code, len(told)) == (4, 1), err
        assert str(archive / name) in told[0]
        holder.execute("ROLLBACK")
        holder.close()
        assert finish(start(archive))[0] == 0
        assert articles(archive) == 60
        assert_consistent(archive)

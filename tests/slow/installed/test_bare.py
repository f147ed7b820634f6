"""The wheel in an environment with nothing else: all that is imported, also late, is there; pages are read each way.

It asks the package index as pip is configured to, and is left out where that cannot be reached. The pip is the one that
Python brings, however old.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from imported import OPTIONAL, imports

ROOT = Path(__file__).parents[3]

READ = """
import json, sys
from datetime import UTC, datetime
from archive.parsers import read_page
found = {}
for name, (url, page) in json.load(sys.stdin).items():
    reading = read_page(url, page.encode(), "text/html; charset=utf-8", 200, datetime(2025, 2, 3, tzinfo=UTC))
    found[name] = (reading.article.body_by, len(reading.article.body), list(reading.article.notes))
print(json.dumps(found))
"""
CODED = """
import gzip, zlib, brotli
from archive.warc.http import decode
if __import__("sys").version_info >= (3, 14): from compression import zstd
else: from backports import zstd
page = b"<p>Hoi nghi</p>" * 99
packers = {"gzip": gzip, "deflate": zlib, "br": brotli, "zstd": zstd}
for coding, packed in {name: by.compress(page) for name, by in packers.items()}.items():
    assert decode(packed, [coding], 1 << 20) == page, coding
"""

URL = "http://bao.example/kinh-te/xa-hong-thai-trong-moi-hon-hai-muoi-hecta-le-123.html"
HEADLINE = "Xã Hồng Thái trồng mới hơn hai mươi hecta lê"
TEXT = (
    "Sáng nay, bà con xã Hồng Thái đã xuống giống những gốc lê đầu tiên của vụ mùa năm nay trên đồi.",
    "Theo chị Mùi, mỗi hộ trong bản được nhận ba mươi gốc lê cùng phân bón để trồng trên nương cũ.",
    "Huyện dự kiến sẽ mở thêm một điểm thu mua lê ngay tại trung tâm xã trước mùa thu hoạch tới.",
    "Những gốc lê trồng từ năm trước nay đã cho quả bói và được thương lái đặt mua ngay tại vườn.",
)
UNCLOSED = "".join(f"<font size='2'>{number}. {text}<br>" for number, text in enumerate(TEXT * 75))
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def page(body: str) -> str:
    head = f"<head><title>{HEADLINE} | Báo Hoa Mận</title></head>"
    return f"<html>{head}<body><h1>{HEADLINE}</h1><p>03/02/2025 10:00</p>{body}</body></html>"


GENERATOR = '<meta name="generator" content="NukeViet v4.5">'
PAGES = {
    "a family": (
        URL,
        page(f'<div id="news-bodyhtml">{PARAGRAPHS}</div>').replace(
            "<head>", '<head><meta name="generator" content="NukeViet v4.5">'
        ),
    ),
    "blocks": (URL, page(f"<div>{PARAGRAPHS}</div>")),
    "tags never closed": (
        URL,
        page("<div>" + "".join(f"<font size='2'>{n}. {text}<br>" for n, text in enumerate(TEXT * 75))),
    ),
}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    bare = folder / "venv" / "bin" / "python"
    pip = [str(bare), "-m", "pip", "--disable-pip-version-check"]
    asked = subprocess.run(
        [*pip, "download", "-q", "--no-deps", "-d", str(folder / "asked"), "click"], capture_output=True, check=False
    )
    if asked.returncode:
        pytest.skip("the package index cannot be reached")
    subprocess.run([*pip, "install", "-q", str(wheel)], check=True)
    return bare


def run(python: Path, code: str, folder: Path, said: str = "") -> str:
    done = subprocess.run(
        [str(python), "-P", "-W", "error", "-c", code],
        cwd=folder,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_that_anything_imports_is_there(python: Path, tmp_path: Path) -> None:
    names = sorted(imports(ROOT) - OPTIONAL)
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = subprocess.run(
        [str(python), "-P", "-c", code, *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {"brotli", "bs4", "ftfy"} <= set(names)


def test_pages_are_read_each_way(python: Path, tmp_path: Path) -> None:
    found = json.loads(run(python, READ, tmp_path, json.dumps(PAGES)))
    for name, (_, paragraphs, _) in found.items():
        assert paragraphs == 300 if name == "tags never closed" else paragraphs in (4, 5), (name, found[name])
    assert found["a family"][0].startswith("nukeviet")
    assert "tags never closed were left out" in found["tags never closed"][2]


def test_every_content_coding_is_decoded(python: Path, tmp_path: Path) -> None:
    run(python, CODED, tmp_path)


def test_the_command_begins_and_an_archive_is_made(python: Path, tmp_path: Path) -> None:
    baotinh = str(python.with_name("baotinh"))
    for words in (["--help"], ["init", "--operator", "a", "--contact", "a@b.example"], ["stats"], ["verify", "--full"]):
        done = subprocess.run(
            [baotinh, "--archive", str(tmp_path / "data"), *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_it_speaks_vietnamese(python: Path, tmp_path: Path) -> None:
    """The catalogue is a file beside the code, and came along."""
    done = subprocess.run(
        [str(python.with_name("baotinh")), "--lang", "vi", "--archive", str(tmp_path / "none"), "stats"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "không phải kho" in done.stderr

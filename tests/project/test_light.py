"""sqlite-utils loads without pandas and numpy; everybody else still gets them."""

import subprocess
import sys

import pytest


def _loaded(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["archive", "archive.store", "archive.search.answer", "crawler.reader"])
def test_importing_us_takes_neither_pandas_nor_numpy_along(name: str) -> None:
    program = f"import sys, {name}, sqlite_utils; print(sorted({{'numpy', 'pandas'}} & set(sys.modules)))"
    assert _loaded(program) == "[]"


def test_pandas_can_be_imported_by_others_afterwards() -> None:
    pytest.importorskip("numpy", reason="no numpy to import")
    assert _loaded("import archive, sqlite_utils, numpy; print(numpy.__name__)") == "numpy"


def test_without_us_sqlite_utils_would_take_numpy_along() -> None:
    pytest.importorskip("numpy", reason="no numpy to take along")
    assert _loaded("import sys, sqlite_utils; print('numpy' in sys.modules)") == "True"

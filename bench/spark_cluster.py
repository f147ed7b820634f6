"""A real Spark cluster on loopback: a master and workers of one core each, processes of a test or a benchmark."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of the master, and the workers' processes; all are ended with the block."""
    with ExitStack() as stack:
        master = _started(stack, folder / "master.log", ["deploy.master.Master", "--host", "127.0.0.1", "--port", "0"])
        url = _said(folder / "master.log", r"(spark://127\.0\.0\.1:\d+)", master)
        running = []
        for number in range(workers):
            log = folder / f"worker-{number}.log"
            options = [
                "--host",
                "127.0.0.1",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                str(folder / f"w{number}"),
            ]
            running.append(_started(stack, log, ["deploy.worker.Worker", *options, url]))
            _said(log, "(Successfully registered)", running[-1])
        yield url, running


def _started(stack: ExitStack, log: Path, command: list[str]) -> subprocess.Popen[bytes]:
    import pyspark  # type: ignore[import-not-found, unused-ignore]

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_MASTER_WEBUI_PORT": "0",
        "SPARK_NO_DAEMONIZE": "1",
    }
    class_name, *options = command
    process = subprocess.Popen(
        [program, f"org.apache.spark.{class_name}", "--webui-port", "0", *options],
        stdout=stack.enter_context(log.open("wb")),
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _said(log: Path, pattern: str, process: subprocess.Popen[bytes], seconds: float = 120) -> str:
    """What the log says, as soon as it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        found = re.search(pattern, log.read_text(errors="replace"))
        if found:
            return found[1]
        os.sched_yield()
        time.sleep(0.1)
    raise AssertionError(f"{log} does not say {pattern}: {log.read_text(errors='replace')[-2000:]}")

"""A process that answers for another: what it owes is answered in order, whatever some of it does to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elsewhere import echo

from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

pytestmark = pytest.mark.usefixtures("findable")


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(Task(echo))
    yield worker
    worker.close()


def test_what_costs_a_process_its_life_is_given_up_and_the_rest_answered_by_another(worker: Worker) -> None:
    for word in ("one", "die", "two", "three"):
        worker.send(word)
    assert worker.take() == "one"
    with pytest.raises(DiedError, match="ended with code -9") as died:
        worker.take()
    assert died.value.item == "die"
    assert (worker.take(), worker.take(), len(worker)) == ("two", "three", 0)


def test_what_takes_longer_than_its_time_ends_with_the_process_and_the_rest_is_answered(worker: Worker) -> None:
    for word in ("for ever", "one"):
        worker.send(word)
    with pytest.raises(DiedError):
        worker.take(0.05)
    assert worker.take() == "one"


def test_nothing_is_lost_where_a_process_has_more_than_one_life() -> None:
    worker = Worker(Task(echo), lives=2)
    worker.send("one")
    assert worker.take() == "one"
    for word in ("two", "three"):
        assert worker.process is not None
        worker.process.process.kill()
        worker.send(word)
        assert worker.take() == word
    worker.close()
    assert worker.process is None

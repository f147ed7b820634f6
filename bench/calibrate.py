"""Learns how sure a reading is: `python -m bench.calibrate ../shared`, or judges it: with `--judge`.

Learning reads our own pages and the world's press (`bench.judged`), plain and in disguise, and fits for each field a
few dozen trees of two levels by gradient boosting, then those of the whole, from what the fields' own say of hosts that
they were not learnt from; it writes archive/parsers/confidence.json. Judging prints, of pages that nothing is
learnt from, and of the world's press by trees learnt from other hosts: the share that is right, the area under the
ROC curve (AUC) and Brier's score of each field that was read; then, for each tenth of what is claimed of plain pages,
the mean claimed and the share that is right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from archive.parsers import confidence
from bench.judged import Judged, own, public, recorded

TARGET: Final = Path(confidence.__file__).with_name("confidence.json")
_FOLDS: Final = 5
_TREES, _RATE, _BINS, _DEPTH = 24, 0.25, 24, 2
_RIDGE, _LEAST = 20.0, 25.0  # what a leaf's weight is added, and its own at least
_DISGUISED: Final = 0.15  # what readings in disguise weigh together, beside a host's plain ones
_SHARED: Final = 0.6  # a host of n pages weighs n to 1 less this
Tree = Any
Model = dict[str, Any]
Row = tuple[dict[str, float], bool, float]  # what is known, whether it is right, what it weighs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calibrate", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--judge", action="store_true", help="write nothing; print how far confidence can be trusted")
    options = parser.parse_args()
    if options.judge:
        judge([*recorded(options.shared)], "recorded portals and CMSs, of which nothing is learnt")
    cases = [*own(), *public(options.shared)]
    models, apart = learn(cases)
    for title, of in (("the world's press", ("public",)), ("our own pages", ("themes", "fleet"))):
        _print([one for one in apart if one[0].of in of], f"{title}, by trees learnt from other hosts")
    if options.judge:
        return 0
    TARGET.write_text("{\n" + ",\n".join(f'"{name}": {json.dumps(one)}' for name, one in models.items()) + "\n}\n")
    print(f"{len(cases)} readings, {TARGET.stat().st_size} bytes in {TARGET.name}")
    return 0


def learn(cases: Sequence[Judged]) -> tuple[dict[str, Model], list[tuple[Judged, dict[str, float]]]]:
    """The models, and every case with the probabilities of models that were learnt from other hosts."""
    models, sure, weights = dict[str, Model](), [dict[str, float]() for _ in cases], _weights(cases)
    for name in confidence.FIELDS:
        rows = {
            at: (case.known[name], case.right[name], weights[at])
            for at, case in enumerate(cases)
            if name in case.right and name in case.known
        }
        models[name] = _learn_one(cases, rows, sure, name)
        for at in (at for at, case in enumerate(cases) if name in case.known and name not in sure[at]):
            sure[at][name] = _sure(models[name], cases[at].known[name])  # its truth is not known
    rows = {
        at: (confidence.whole_of(sure[at]), case.right["whole"], weights[at])
        for at, case in enumerate(cases)
        if "whole" in case.right
    }
    models["whole"] = _learn_one(cases, rows, sure, "whole")
    return models, list(zip(cases, sure, strict=True))


def _learn_one(cases: Sequence[Judged], rows: dict[int, Row], sure: list[dict[str, float]], name: str) -> Model:
    """The model of one field; puts into `sure` what models from other hosts say."""
    for fold in range(_FOLDS):
        model = boosted([row for at, row in rows.items() if fold_of(cases[at].host) != fold])
        for at in (at for at in rows if fold_of(cases[at].host) == fold):
            sure[at][name] = _sure(model, rows[at][0])
    return boosted([*rows.values()])


def fold_of(host: str) -> int:
    return hashlib.sha256(host.encode()).digest()[0] % _FOLDS


def _weights(cases: Sequence[Judged]) -> list[float]:
    pages = Counter((case.host, case.disguise == "none") for case in cases)
    return [
        (1 if case.disguise == "none" else _DISGUISED) / pages[case.host, case.disguise == "none"] ** _SHARED
        for case in cases
    ]


def boosted(rows: Sequence[Row]) -> Model:
    """Gradient boosting of the log-odds, by trees of two levels over the quantiles of what is known."""
    names = sorted({name for known, _, _ in rows for name in known})
    table = np.array([[known.get(name, -1.0) for name in names] for known, _, _ in rows])
    right = np.array([ok for _, ok, _ in rows], dtype=float)
    weight = np.array([heavy for _, _, heavy in rows])
    weight *= len(rows) / weight.sum()
    quantiles = np.linspace(0, 1, _BINS + 1)[1:-1]
    cuts = [np.unique(np.round(np.quantile(column, quantiles), 3)) for column in table.T]
    places = np.stack([np.searchsorted(cut, column, side="left") for cut, column in zip(cuts, table.T, strict=True)], 1)
    share = min(max(float((weight * right).sum() / weight.sum()), 0.01), 0.99)
    model: Model = {"odds": round(float(np.log(share / (1 - share))), 3), "trees": []}
    odds = np.full(len(rows), model["odds"])
    for _ in range(_TREES):
        guess = 1 / (1 + np.exp(-odds))
        fall = np.stack([weight * (right - guess), weight * guess * (1 - guess), weight])
        tree = _grown(partial(_best, names, cuts, places), np.arange(len(rows)), fall, odds, _DEPTH)
        if not isinstance(tree, list):
            break
        model["trees"].append(tree)
    return model


def _grown(best: Any, chosen: Any, fall: Any, odds: Any, depth: int) -> Tree:
    """A tree over the chosen rows, whose leaves are added to `odds`; `fall` are slope, curvature and weight of each."""
    found = best(chosen, fall) if depth else None
    if found is None:
        slope, bend, _ = fall[:, chosen].sum(axis=1)
        worth = round(float(_RATE * slope / (bend + _RIDGE)), 3)
        odds[chosen] += worth
        return worth
    name, cut, below = found
    return [name, cut, *(_grown(best, part, fall, odds, depth - 1) for part in (chosen[below], chosen[~below]))]


def _best(names: list[str], cuts: Any, places: Any, chosen: Any, fall: Any) -> Any:
    """The cut that parts the rows best: its name, where it is, which rows lie at it or below."""
    most, found = 1e-6, None
    every = fall[:, chosen].sum(axis=1)[:, None]
    for at, cut in enumerate(cuts):
        place = places[chosen, at]
        below = np.stack([np.cumsum(np.bincount(place, one[chosen], len(cut) + 1))[:-1] for one in fall])
        above = every - below
        gain = sum(part[0] ** 2 / (part[1] + _RIDGE) for part in (below, above)) - every[0] ** 2 / (every[1] + _RIDGE)
        gain[(below[2] < _LEAST) | (above[2] < _LEAST)] = 0
        if len(cut) and gain.max() > most:
            most, best = gain.max(), int(gain.argmax())
            found = names[at], float(cut[best]), place <= best
    return found


def _sure(model: Model, known: dict[str, float]) -> float:
    odds = model["odds"] + sum(confidence.worth(tree, known) for tree in model["trees"])
    return float(1 / (1 + np.exp(-odds)))


def judge(cases: Sequence[Judged], title: str) -> None:
    """Prints how far the probabilities that readings claim can be trusted."""
    claimed = []
    for case in cases:
        sure = {name: confidence.probability_of(name, known) for name, known in case.known.items()}
        claimed.append((case, sure | {"whole": confidence.probability_of("whole", confidence.whole_of(sure))}))
    _print(claimed, title)


def _print(claimed: Sequence[tuple[Judged, dict[str, float]]], title: str) -> None:
    print(f"{title}\n  {'':10}{'':10}{'read':>6}{'right':>7}{'wrong':>6}{'AUC':>7}{'Brier':>7}")
    every: list[tuple[float, bool]] = []
    for name in (*confidence.FIELDS, "whole"):
        for look, plain in (("plain", True), ("disguised", False)):
            pairs = [
                (sure[name], case.right[name])
                for case, sure in claimed
                if name in sure and name in case.right and (case.disguise == "none") is plain
            ]
            if pairs:
                count = len(pairs)
                right = sum(ok for _, ok in pairs)
                brier = sum((p - ok) ** 2 for p, ok in pairs) / count
                print(f"  {name:10}{look:10}{count:6}{right / count:7.3f}{count - right:6}{_auc(pairs):>7}{brier:7.3f}")
            every += pairs if plain else []
    print("  claimed, of plain pages: " + ", ".join(_reliability(every)), flush=True)


def _auc(pairs: Iterable[tuple[float, bool]]) -> str:
    pairs = [*pairs]
    good, bad = [p for p, ok in pairs if ok], [p for p, ok in pairs if not ok]
    if not good or not bad:
        return "-"
    return f"{sum((g > b) + (g == b) / 2 for g in good for b in bad) / (len(good) * len(bad)):.3f}"


def _reliability(pairs: Iterable[tuple[float, bool]]) -> Iterable[str]:
    """For each tenth: what was claimed on average, and the share that is right."""
    pairs = [*pairs]
    for tenth in range(10):
        part = [(p, ok) for p, ok in pairs if int(min(p, 0.999) * 10) == tenth]
        if part:
            claimed, right = (sum(values) / len(part) for values in zip(*part, strict=True))
            yield f"{claimed:.2f}: {right:.2f} of {len(part)}"


if __name__ == "__main__":
    raise SystemExit(main())

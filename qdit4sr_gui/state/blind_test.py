"""A blind test: nameless pictures in a shuffled order, the user's ranking, and the answer. No Qt here."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from qdit4sr_core.escaping import csv


@dataclass(frozen=True)
class BlindTest:
    """`keys[i]` is what hides behind picture i + 1; `ranking` holds picture numbers, best first."""

    keys: tuple[str, ...]
    ranking: tuple[int, ...] = ()

    @classmethod
    def shuffled(cls, keys: Sequence[str], seed: int | None = None) -> BlindTest:
        """The different keys in a random order, of three and more never that given; a `seed` repeats it."""
        order, chance = list(keys), random.Random(seed)
        chance.shuffle(order)
        while len(order) > 2 and order == list(keys):
            chance.shuffle(order)
        return cls(tuple(order))

    def toggled(self, picture: int) -> BlindTest:
        """The picture is the next best, or taken out of the ranking again."""
        if picture in self.ranking:
            return BlindTest(self.keys, tuple(n for n in self.ranking if n != picture))
        return BlindTest(self.keys, (*self.ranking, picture))

    @property
    def complete(self) -> bool:
        """Is every picture ranked?"""
        return len(self.ranking) == len(self.keys)

    def order(self) -> tuple[str, ...]:
        """The keys as the user ranked them, best first."""
        return tuple(self.keys[number - 1] for number in self.ranking)


@dataclass(frozen=True)
class BlindAnswer:
    """What the user ranked, with names and numbers. `heads` are the columns after place, picture and name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_csv(self) -> str:
        """The table as comma-separated values."""
        return csv([("place", "picture", "variant", *self.heads), *self.rows])


def answer(
    test: BlindTest, labels: Mapping[str, str], heads: Sequence[str], numbers: Mapping[str, Sequence[str]]
) -> BlindAnswer:
    """The table of a complete test; `numbers[key]` holds the texts for `heads`."""
    rows = []
    for place, number in enumerate(test.ranking, 1):
        key = test.keys[number - 1]
        shown = tuple(numbers.get(key, ("",) * len(heads)))
        rows.append((str(place), str(number), labels.get(key, key), *shown))
    return BlindAnswer(tuple(heads), tuple(rows))


def agreeing_pairs(order: Sequence[str], quality: Mapping[str, float]) -> tuple[int, int]:
    """In how many pairs, of how many with different quality, the better one was ranked before the other."""
    known = [key for key in order if key in quality]
    pairs = [(a, b) for a, b in combinations(known, 2) if quality[a] != quality[b]]
    return sum(quality[a] > quality[b] for a, b in pairs), len(pairs)

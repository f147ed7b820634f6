"""Vietnamese text in any amount, out of a seed: syllables by Zipf's law, since equal words flatter index and gzip."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

from demo.posts import posts

_ONSETS = "b c ch d đ g gi h k kh l m n ng ngh nh ph qu r s t th tr v x"
_RIMES = """
a á à ả ạ an án àn ản ạn ang áng àng ạng anh ánh ành ạnh ao áo ào ay áy ày ăm ắm ăn ắn ặn âm ấm ậm ân ấn ận âu ấu ậu
e é en én ên ến ền ệ êu ếu i í ì ị ia ía iên iến iền iện iêu in ính ình o ó ò on ón ong óng òng ô ố ồ ộ ôn ốn ông ống
ồng ộng ơ ớ ờ ợ ơi ới u ú ù ụ ua úa ui úi un ung úng ùng ụng uôn uốn uộc ư ứ ừ ự ưa ứa ưng ứng ước ương ướng ường ượng
"""
VOCABULARY = 4000


class Writer:
    """Writes headlines and paragraphs; the same seed writes the same text."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        seen = Counter(word for post in posts() for text in post.paragraphs for word in _bare(text))
        head = [word for word, _ in seen.most_common()]
        rest = sorted({onset + rime for onset, rime in itertools.product(_ONSETS.split(), _RIMES.split())} - set(head))
        random.Random(0).shuffle(rest)  # one vocabulary for all seeds: pages of one site share their words
        self._words = (head + rest)[:VOCABULARY]
        weights = itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self._words)))  # Zipf-Mandelbrot
        self._weights = list(weights)

    def words(self, count: int) -> list[str]:
        """`count` words in lower case."""
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def headline(self) -> str:
        """A headline of 9 to 16 words."""
        return " ".join(self.words(self._random.randint(9, 16))).capitalize()

    def sentence(self, least: int = 12, most: int = 32) -> str:
        """A sentence with a comma and now and then a number."""
        words = self.words(self._random.randint(least, most))
        words[len(words) // 2] += ","
        if self._random.random() < 0.3:
            words.append(f"{self._random.randint(2, 990)},{self._random.randint(1, 9)}%")
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        """A paragraph of 3 to 6 sentences."""
        return " ".join(self.sentence() for _ in range(self._random.randint(3, 6)))

    def whole(self, least: int, most: int) -> int:
        """A whole number."""
        return self._random.randint(least, most)


def _bare(text: str) -> Sequence[str]:
    return [word for word in text.lower().replace(",", " ").replace(".", " ").split() if word.isalpha()]

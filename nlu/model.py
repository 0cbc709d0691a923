"""The linear model at run time: numpy alone, one matrix for all that it tells of a message."""

import io
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu import features
from nlu.features import across, masked, tokens, within

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Rows = npt.NDArray[np.int32]

FORMAT = 8
"""The version of the file's layout."""

BLOCKS = (*features.BLOCKS, "finds")
"""The blocks of the vocabulary: the features of the text, and what the lexicons find in it."""

HEADS = ("intent", "language", "danger", "told", "question")
"""What the model tells, each by its own columns of the one matrix."""

_SALTS = tuple(hash((block,)) for block in BLOCKS)
_LAST = 2**63 - 1
_REMEMBERED = 20_000
_LONG_WORD = 40

NO_DANGER = "none"
"""The label of the danger head for everything else."""

NO_QUESTION = "none"
"""The label of the question head for everything else."""

_REPORT, _VIOLENCE = "report_incident", "category:"
_VIOLENT = -0.3
"""The margin of the likeliest kind of violence above which a message is the likelier a report."""
_LEAST, _MOST = -0.3, 1.0
"""How far below and above it counts."""
_REPORTING = 4.0
"""What each unit of margin adds to a report's log-odds. All four by what they do to 1,500 told messages that the model
had not learnt from, and to the held-out ones."""
_TELLING_WORDS = 4
"""Words from which a message tells something."""


class ModelMissing(RuntimeError):
    """There is no usable model file; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The known features and their weights, block after block.

    A feature is known by its hash alone, which Python makes anew in each process: a dictionary of all names would be
    most of the memory. Of 200,000 features two share one once in a billion processes.

    Args:
        keys: the hashes of all features, in their order, and the greatest number at their end.
        rows: the row of each.
        rarity: each row's inverse document frequency.
        ends: for each of ``BLOCKS``, one past its last row.
        words: the rows of words already seen, up to a bound.
    """

    keys: npt.NDArray[np.int64]
    rows: Rows
    rarity: Floats
    ends: npt.NDArray[np.intp]
    words: dict[str, Rows] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, names: Sequence[bytes], rarity: Floats) -> "Vocabulary":
        """The vocabulary of features by block, in the order of their rows, one a line."""
        # Block after block, so that not all names are there at once.
        blocks = [
            np.asarray(_keys([block.decode().split("\n") if block else []], [salt]), np.int64)
            for block, salt in zip(names, _SALTS, strict=True)
        ]
        keys = np.concatenate([*blocks, np.asarray([_LAST])])
        order = np.argsort(keys, kind="stable").astype(np.int32)
        return cls(keys[order], order, rarity, np.cumsum([len(block) for block in blocks]))

    def weigh(self, text: str, finds: Sequence[str] = ()) -> tuple[Rows, Floats]:
        """The rows of a text in normal form, and of what the lexicons find in it, and their weights; each block has
        length one."""
        found = tokens(masked(text))
        places = np.concatenate([self._places_of((*across(found), finds)), *map(self.word, found)])
        rows, times = np.unique(places, return_counts=True)
        weights = (1 + np.log(times.astype(np.float32))) * self.rarity[rows]
        block = np.searchsorted(self.ends, rows, side="right")
        lengths = np.sqrt(np.bincount(block, weights * weights, len(self.ends))).astype(np.float32)
        return rows, weights / lengths[block]

    def _places_of(self, blocks: Sequence[Sequence[str]]) -> Rows:
        """The rows of features; unknown ones fall away."""
        keys = np.asarray(_keys(blocks), np.int64)
        at = np.searchsorted(self.keys, keys)
        known: Rows = self.rows[at[self.keys[at] == keys]]
        return known

    def word(self, token: str) -> Rows:
        """The rows of a word's own features; most words of a message have been seen before."""
        places = self.words.get(token)
        if places is None:
            places = self._places_of(within(token))
            if len(self.words) < _REMEMBERED and len(token) < _LONG_WORD:
                self.words[token] = places
        return places


def _keys(blocks: Sequence[Sequence[str]], salts: Sequence[int] = _SALTS) -> list[int]:
    """The hash of each feature; the same name in another block has another."""
    return [hash(name) ^ salt for salt, names in zip(salts, blocks, strict=False) for name in names]


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one text: the probability of each label, best first; of what may be told, the margin
    of each ``ENTITY:VALUE``, above nothing where it rather is than not."""

    intent: tuple[tuple[str, float], ...]
    language: Mapping[str, float]
    danger: Mapping[str, float]
    told: Mapping[str, float]
    question: Mapping[str, float]
    known: int


def violence(told: Mapping[str, float]) -> float:
    """The margin of the likeliest kind of violence that is told."""
    return max((margin for name, margin in told.items() if name.startswith(_VIOLENCE)), default=_VIOLENT)


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model.

    Args:
        vocabulary: the features.
        labels: each head's labels, in the order of the columns.
        weights: one row a feature, one column a label, head after head; half as exact as what is reckoned with, since
            they are most of what a process holds.
        bias: one a column.
        names: the features of each of ``BLOCKS``, in the order of their rows, one a line.
        fingerprint: what it was trained from, see ``nlu.train``.
        lexicon: the compiled lexicons, see ``nlu.extraction.lexicon``.
        concepts: the words of the concepts, see ``nlu.concepts``.
    """

    vocabulary: Vocabulary
    labels: Mapping[str, Sequence[str]]
    weights: Halves
    bias: Floats
    names: Sequence[bytes] = field(default=(), repr=False)
    fingerprint: str = ""
    lexicon: bytes = field(default=b"", repr=False)
    concepts: bytes = field(default=b"", repr=False)

    def logits(self, text: str, finds: Sequence[str] = ()) -> tuple[dict[str, Floats], int]:
        """Each head's raw scores for a text in normal form, and how many known features it has."""
        rows, weights = self.vocabulary.weigh(text, finds)
        scores = self.bias + weights @ self.weights[rows].astype(np.float32)
        heads, start = {}, 0
        for head in HEADS:
            end = start + len(self.labels[head])
            heads[head] = scores[start:end]
            start = end
        return heads, len(rows)

    def probabilities(self, text: str, lifts: Mapping[str, float] | None = None, finds: Sequence[str] = ()) -> Scores:
        """What the model says of a text in normal form. Where the told head hears violence the intent is the likelier a
        report: it knows more ways to tell than the intent head was taught.

        Args:
            text: the text.
            lifts: added to an intent's log-odds, for what the conversation makes likely.
            finds: the names of what the lexicons find in it.
        """
        heads, known = self.logits(text, finds)
        if lifts:
            heads["intent"] = heads["intent"] + np.asarray(
                [lifts.get(label, 0.0) for label in self.labels["intent"]], np.float32
            )
        told = dict(zip(self.labels["told"], heads.pop("told").tolist(), strict=True))
        if len(text.split()) >= _TELLING_WORDS:
            beyond = min(_MOST, max(_LEAST, violence(told) - _VIOLENT))
            heads["intent"][self.labels["intent"].index(_REPORT)] += _REPORTING * beyond
        said = {head: dict(zip(self.labels[head], softmax(scores), strict=True)) for head, scores in heads.items()}
        ranking = sorted(said["intent"].items(), key=lambda item: -item[1])
        return Scores(tuple(ranking), said["language"], said["danger"], told, said["question"], known)

    def doubting(self, text: str) -> float:
        """How much the words of a text in normal form, each by itself, speak against there being no danger."""
        rows = np.concatenate([np.zeros(0, np.int32), *map(self.vocabulary.word, tokens(masked(text)))])
        none = self.weights[rows, self._column("danger", NO_DANGER)].astype(np.float32)
        return -float(none @ self.vocabulary.rarity[rows]) / math.sqrt(max(1, len(rows)))

    def speaking(self, words: Sequence[str], head: str, label: str) -> list[float]:
        """How much each word in normal form speaks by itself for a label of a head."""
        rows = [self.vocabulary.word(word) for word in words]
        weights = self.weights[np.concatenate(rows), self._column(head, label)]
        before = np.concatenate([np.zeros(1), np.cumsum(weights, dtype=np.float64)])
        ends = np.cumsum([len(own) for own in rows])
        said: list[float] = np.diff(before[ends], prepend=0.0).tolist()
        return said

    def _column(self, head: str, label: str) -> int:
        return sum(len(self.labels[before]) for before in HEADS[: HEADS.index(head)]) + self.labels[head].index(label)

    def save(self, file: Path) -> None:
        """Writes the model in one step: a reader sees the old file or the new one, never a part."""
        said = {"format": FORMAT, "labels": dict(self.labels), "fingerprint": self.fingerprint}
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "about": np.frombuffer(json.dumps(said, sort_keys=True).encode(), np.uint8),
            "rarity": self.vocabulary.rarity,
            "weights": self.weights,
            "bias": self.bias,
            "lexicon": np.frombuffer(self.lexicon, np.uint8),
            "concepts": np.frombuffer(self.concepts, np.uint8),
        }
        for block, names in zip(BLOCKS, self.names, strict=True):
            arrays[f"names_{block}"] = np.frombuffer(names, np.uint8)
        packed = io.BytesIO()
        np.savez(packed, allow_pickle=False, **arrays)
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(packed.getvalue())
                out.flush()
                os.fsync(out.fileno())
            os.chmod(unfinished, 0o644)
            os.replace(unfinished, file)
        except BaseException:
            os.unlink(unfinished)
            raise

    @classmethod
    def load(cls, file: Path) -> "Model":
        """Reads a model.

        Raises:
            ModelMissing: there is none, or it is of another version or damaged.
        """
        try:
            with np.load(file, allow_pickle=False) as stored:
                said = json.loads(stored["about"].tobytes())
                if said["format"] != FORMAT:
                    raise ModelMissing(f"{file}: a model of another version; run: m3ak train")
                names = [stored[f"names_{block}"].tobytes() for block in BLOCKS]
                return cls(
                    Vocabulary.of(names, stored["rarity"]),
                    said["labels"],
                    stored["weights"],
                    stored["bias"],
                    names,
                    said["fingerprint"],
                    stored["lexicon"].tobytes(),
                    stored["concepts"].tobytes(),
                )
        except FileNotFoundError as error:
            raise ModelMissing(f"{file}: no trained model; run: m3ak train") from error
        except ModelMissing:
            raise
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise ModelMissing(f"{file}: a damaged model; run: m3ak train --force") from error


def softmax(scores: Floats) -> list[float]:
    """Probabilities from log-odds."""
    raised = np.exp(scores - scores.max())
    result: list[float] = (raised / raised.sum()).tolist()
    return result

"""Training: from the sentences under ``nlu/data`` and the danger rules' examples to one model file.

scikit-learn is needed here and nowhere else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu import concepts, counts, danger, examples
from nlu.document import digest
from nlu.examples import LEXICON, Asked, DangerExample, Example, Told
from nlu.extraction import category, lexicon, question
from nlu.extraction.reading import Reading
from nlu.features import features, masked, tokens
from nlu.interpretation import Intent, Question
from nlu.model import BLOCKS, HEADS, NO_DANGER, NO_QUESTION, Floats, Model, ModelMissing, Rows, Vocabulary
from nlu.normal import normalise
from nlu.told import label, names

SHARES = {"words": 0.8, "characters": 1.0, "skeletons": 1.3, "concepts": 1.4, "finds": 1.0}
"""How much each block of features says; by cross-validation."""

_RARE = {"words": 5, "characters": 10, "skeletons": 7, "concepts": 12, "finds": 4}
"""Features of fewer sentences are not kept, but for the words of the training files, so that a sentence that a trainer
adds teaches its words. By cross-validation of what is told, and for memory: it knows half as many."""
_COST = {"intent": 0.5, "language": 0.2, "danger": 0.5, "told": 0.5, "question": 0.5}
"""By cross-validation; that of danger by the same messages as the engine's bars of alarm."""
_SHARPNESS = {"intent": 4.4, "language": 3.0, "danger": 4.0, "question": 4.0}
"""Makes margins probabilities, see ``nlu.examination``."""
_IDLE = 0.2
"""How much a sentence out of scope weighs beside others where intents are learnt: there are many, so that words
which nobody taught are no report, and as many must not outweigh the few of each request. By the held-out messages."""
_TELLING = 2  # how much more a message weighs that tells something than one that does not; by cross-validation
_LOUD, _SMOOTH = 0.25, 0.05  # by cross-validation
_QUIET = 0.3
"""How much a sentence that asks nothing weighs beside others where questions are learnt; by cross-validation."""
_ASIDE = 3  # every so manieth sentence that tells or asks nothing is learnt from as such
_ASKING = frozenset((Intent.ASK_PRIVACY, Intent.ASK_STATUS))  # of which many ask what is learnt as a question
_MANY = frozenset((Intent.OUT_OF_SCOPE, Intent.REPORT_INCIDENT))
_HEARD = 0.7
"""The share of the features that is kept, those that say most for or against anything: the others cost memory and
change nothing that was measured."""
_CODE = (
    "told.py", "normal.py", "skeleton.py", "concepts.py", "features.py", "examples.py", "danger.py",
    "extraction/words.py", "extraction/syntax.py", "extraction/builder.py", "extraction/packing.py",
    "extraction/phrases.py", "extraction/finder.py", "extraction/lexicon.py", "extraction/category.py",
    "extraction/question.py", "extraction/reading.py", "lexicon/words.yml", "model.py", "train.py",
)  # fmt: skip  # what a model depends on beside the sentences


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What training did.

    Args:
        trained: whether a model was written; False when nothing had changed.
        examples: how many sentences it was trained from.
        features: how many features it knows.
        model: the file.
    """

    trained: bool
    examples: int
    features: int
    model: Path


def train(data: Path, model: Path, *, force: bool = False) -> TrainResult:
    """Trains the embedded model, unless the one at hand was made from the same sentences and code.

    Args:
        data: the folder of the training files.
        model: the file to write.
        force: train even when nothing has changed.

    Raises:
        DataFault: the training files are not usable.
    """
    print_ = fingerprint(data)
    found = examples.read(data)
    if not force:
        try:
            at_hand = Model.load(model)
        except ModelMissing:
            pass
        else:
            if at_hand.fingerprint == print_:
                return TrainResult(False, len(found), len(at_hand.weights), model)
    counts.check(found)
    idle = examples.read_idle(LEXICON)
    dangers, told, asked = examples.read_danger(LEXICON), examples.read_told(LEXICON), examples.read_asked(LEXICON)
    made = fit(found, dangers, told, idle, asked, print_)
    made.save(model)
    return TrainResult(True, len(found), len(made.weights), model)


def fingerprint(data: Path) -> str:
    """What a model depends on: the training files, the danger rules, and the code that reads them."""
    here = Path(__file__).parent
    sources = [
        *examples.files(data).values(),
        *(here / name for name in _CODE),
        *examples.asked_files(LEXICON),
        *examples.idle_files(LEXICON),
        *examples.spoken_files(LEXICON),
        *examples.told_files(LEXICON),
        *sorted(LEXICON.glob("*.yml")),
        *concepts.files(),
    ]
    return digest(sources)


def fit(
    taught: Sequence[Example],
    dangers: Sequence[DangerExample],
    told: Sequence[Told] = (),
    idle: Sequence[Example] = (),
    asked: Sequence[Asked] = (),
    fingerprint: str = "",
) -> Model:
    """A model of all the heads, the same to the bit for the same sentences."""
    dangers = [*dangers, *(DangerExample(message.text, message.kind) for message in told)]
    found = [*taught, *idle]
    texts = [normalise(example.text) for example in found]
    spoken = [normalise(example.text) for example in dangers]
    plain = [example.text for example in found if example.intent is not Intent.REPORT_INCIDENT][::_ASIDE]
    told = [*told, *_named(found)]
    heard = [*(message.text for message in told), *plain]
    finds = [names(Reading(text, Question())) for text in heard]
    asking = [normalise(message.text) for message in asked]
    names_, rarity = _features(texts[: len(taught)], [*texts[len(taught) :], *spoken, *asking], finds)
    vocabulary = Vocabulary.of(names_, rarity)
    rows = _matrix(vocabulary, texts)
    made = {
        "intent": _head(
            "intent", rows, [example.intent.value for example in found], {Intent.OUT_OF_SCOPE.value: _IDLE}
        ),
        "language": _head("language", rows, [example.language.value for example in found]),
        "danger": _danger_head(rows, found, _matrix(vocabulary, spoken), dangers),
        "told": _told_head(_matrix(vocabulary, [normalise(text) for text in heard], finds), told),
        "question": _question_head(vocabulary, asked, found, told),
    }
    shares = np.repeat([SHARES[block] for block in BLOCKS], np.diff(vocabulary.ends, prepend=0))
    weights = np.concatenate([made[head][1] for head in HEADS], axis=1) * shares[:, None]
    kept = _telling(weights, rarity)
    names_ = [
        b"\n".join(name for name, keep in zip(block.split(b"\n"), which, strict=False) if keep)
        for block, which in zip(names_, np.split(kept, vocabulary.ends[:-1]), strict=True)
    ]
    return Model(
        Vocabulary.of(names_, rarity[kept]),
        {head: made[head][0] for head in HEADS},
        weights[kept].astype(np.float16),
        np.concatenate([made[head][2] for head in HEADS]).astype(np.float32),
        names_,
        fingerprint,
        lexicon.pack(),
        concepts.pack(),
    )


def _telling(weights: npt.NDArray[np.float64], rarity: Floats) -> npt.NDArray[np.bool_]:
    """Which features say the most, of all heads together."""
    said = np.sqrt((weights**2).sum(axis=1)) * rarity
    which: npt.NDArray[np.bool_] = said >= np.quantile(said, 1 - _HEARD)
    return which


def _named(found: Sequence[Example]) -> list[Told]:
    """The reports among the training sentences in which a lexicon finds what they name: the told messages avoid the
    plain words, and what is named must be believed."""
    named = []
    for example in found:
        kinds = category.find(Reading(example.text, Question())) if example.intent is Intent.REPORT_INCIDENT else []
        if kinds:
            named.append(Told(example.text, frozenset((kind.entity, kind.value) for kind in kinds), None))
    return named


Head = tuple[list[str], npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _danger_head(rows: Any, found: Sequence[Example], spoken: Any, dangers: Sequence[DangerExample]) -> Head:
    """The danger head. The training sentences say nothing of danger: ordinary talk is none, whatever a rule finds in
    it; where a rule finds it in others they are danger, and where they only look like it to a first head, which knows
    the rest, they are left out."""
    labels = [example.kind.value if example.kind else NO_DANGER for example in dangers]
    known = [_alarm(example) for example in found]
    sure = [row for row, example in enumerate(found) if example.intent is not Intent.REPORT_INCIDENT]
    first = _head("danger", _stacked(rows[sure], spoken), [*(known[row] for row in sure), *labels])
    doubtful = rows @ first[1] + first[2]
    none = first[0].index(NO_DANGER)
    kept = [row for row in range(len(found)) if known[row] != NO_DANGER or doubtful[row].argmax() == none]
    return _head("danger", _stacked(rows[kept], spoken), [*(known[row] for row in kept), *labels])


def _alarm(example: Example) -> str:
    alarm = None if example.intent is Intent.OUT_OF_SCOPE else danger.find(example.text)
    return alarm.kind.value if alarm else NO_DANGER


def _told_head(rows: Any, told: Sequence[Told]) -> Head:
    """The head of what is told: each value for itself, as a message may tell several. What no message of ``told``
    is, tells nothing. Features that stand oftener, or seldomer, where a value is told speak louder for it (Wang and
    Manning 2012, "Baselines and bigrams", section 2.4)."""
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    labels = sorted({label(*value) for message in told for value in message.values})
    weights, bias = np.zeros((rows.shape[1], len(labels))), np.zeros(len(labels))
    for column, name in enumerate(labels):
        tells = np.zeros(rows.shape[0], bool)
        tells[: len(told)] = [name in {label(*value) for value in message.values} for message in told]
        loud = _loudness(rows, tells)
        machine = LinearSVC(C=_COST["told"], class_weight={True: _TELLING, False: 1}, random_state=7)
        machine.fit(rows @ diags(loud), tells)
        weights[:, column], bias[column] = machine.coef_[0] * loud, machine.intercept_[0]
    return labels, weights, bias


def _question_head(
    vocabulary: Vocabulary, asked: Sequence[Asked], found: Sequence[Example], told: Sequence[Told]
) -> Head:
    """The head of what is asked, beside a part of all that asks nothing: neither by its intent nor by a lexicon."""
    many = [example.text for example in found if example.intent in _MANY]
    others = [example.text for example in found if example.intent not in _MANY | _ASKING]
    others += [*many[::_ASIDE], *(message.text for message in told[::_ASIDE])]
    quiet = [text for text in others if not question.find(Reading(text, Question()))]
    texts = [*(message.text for message in asked), *quiet]
    labels = [*(message.query or NO_QUESTION for message in asked), *(NO_QUESTION for _ in quiet)]
    finds = [names(Reading(text, Question())) for text in texts]
    rows = _matrix(vocabulary, [normalise(text) for text in texts], finds)
    return _head("question", rows, labels, {NO_QUESTION: _QUIET})


def _loudness(rows: Any, tells: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How loud each feature is: one, and a share by how far its part of the two kinds of rows differs."""
    told, rest = (np.asarray(rows[which].sum(axis=0)).ravel() + _SMOOTH for which in (tells, ~tells))
    differs = np.abs(np.log(told / told.sum()) - np.log(rest / rest.sum()))
    loud: npt.NDArray[np.float64] = 1 - _LOUD + _LOUD * differs / differs.mean()
    return loud


def _features(
    taught: Sequence[str], spoken: Sequence[str], finds: Iterable[Sequence[str]]
) -> tuple[list[bytes], Floats]:
    """The features that are not too rare, of each block one a line in alphabetical order, and their rarity."""
    seen: list[Counter[str]] = [Counter() for _ in BLOCKS]
    for text in (*taught, *spoken):
        for counter, named in zip(seen, features(text), strict=False):
            counter.update(set(named))
    for found in finds:
        seen[-1].update(found)
    words = {word for text in taught for word in tokens(masked(text))}
    number = len(taught) + len(spoken)
    blocks: list[bytes] = []
    rarity: list[float] = []
    for block, counter in zip(BLOCKS, seen, strict=True):
        lessons = words if block == "words" else ()
        kept = sorted(name for name, times in counter.items() if times >= _RARE[block] or name in lessons)
        blocks.append("\n".join(kept).encode())
        rarity += [1 + math.log((1 + number) / (1 + counter[name])) for name in kept]
    return blocks, np.asarray(rarity, np.float32)


def _matrix(vocabulary: Vocabulary, texts: Sequence[str], finds: Sequence[Sequence[str]] | None = None) -> Any:
    """The texts as rows of a sparse matrix, each block weighed by its share."""
    from scipy.sparse import csr_matrix

    shares = np.asarray([SHARES[block] for block in BLOCKS], np.float32)
    columns: list[Rows] = []
    values: list[Floats] = []
    starts = [0]
    for text, named in zip(texts, finds or [()] * len(texts), strict=True):
        where, weights = vocabulary.weigh(text, named)
        columns.append(where)
        values.append(weights * shares[np.searchsorted(vocabulary.ends, where, side="right")])
        starts.append(starts[-1] + len(where))
    if not columns:
        return csr_matrix((0, len(vocabulary.rarity)))
    return csr_matrix(
        (np.concatenate(values).astype(np.float64), np.concatenate(columns), starts),
        shape=(len(columns), len(vocabulary.rarity)),
    )


def _stacked(above: Any, below: Any) -> Any:
    from scipy.sparse import vstack

    return vstack([above, below]).tocsr()


def _head(name: str, rows: Any, labels: Sequence[str], weighing: Mapping[str, float] | None = None) -> Head:
    """One head: its labels, a column of weights for each, and their bias. Each row weighs one, or as much as
    ``weighing`` says of its label."""
    from sklearn.svm import LinearSVC

    if len(set(labels)) == 1:
        return [labels[0]], np.zeros((rows.shape[1], 1)), np.zeros(1)
    machine = LinearSVC(C=_COST[name], class_weight=weighing, random_state=7).fit(rows, labels)
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps one column for two labels
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    sharpness = _SHARPNESS[name]
    return [str(label) for label in machine.classes_], weights.T * sharpness, bias * sharpness

"""What regulations mean, side by side: one row a topic, one cell a ruleset, and how each two of them relate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations

from govproj_rules.comparing.projects import project_rows
from govproj_rules.comparing.relate import combined, pairs
from govproj_rules.comparing.sides import Meeting, said_of
from govproj_rules.comparing.texts import Text, called, labels
from govproj_rules.comparison import Cell, Comparison, Pair, Relation, Row, Silence
from govproj_rules.errors import InvalidInput, Problem, did_you_mean, quote, wrong
from govproj_rules.ir import Label, RuleSet
from govproj_rules.possible import limited
from govproj_rules.project import Project
from govproj_rules.telling.words import WORDS, say
from govproj_rules.vocabulary import vocabulary


def compare(rulesets: Sequence[RuleSet], *, topic: str | None = None) -> Comparison:
    """What ``rulesets`` mean, topic by topic; ``topic`` keeps one (``change.limit``) or one group (``change``).

    Relations are computed from bounds, inclusiveness, force, periods and sets, and never guessed: what cannot be
    decided is ``different`` or ``not_comparable``, with the reason. Raises :class:`InvalidInput` for fewer than two
    rulesets, the same text twice, a topic that does not exist, or rulesets too large to be held against each other.
    """
    texts, rows = _side_by_side(rulesets, topic)
    return Comparison(1, [text.column() for text in texts], rows, _silences(rows, texts))


def compare_project(
    project: Project, rulesets: Sequence[RuleSet], *, as_of: date, topic: str | None = None
) -> Comparison:
    """What each of ``rulesets`` asks of one project on a day, side by side, with the test on which they part.

    Raises :class:`InvalidInput` as :func:`compare` does, and for a project that cannot be checked.
    """
    texts, rows = _side_by_side(rulesets, topic)
    view, kept = project_rows(project, texts, rows, as_of)
    return Comparison(1, [text.column() for text in texts], kept, [], view)


def _side_by_side(rulesets: Sequence[RuleSet], topic: str | None) -> tuple[list[Text], list[Row]]:
    """The texts and the rows they have on the topics wanted; raises for what cannot be compared."""
    _check(rulesets)
    wanted = _topics(topic)
    texts = [Text(label, ruleset) for label, ruleset in zip(labels(rulesets), rulesets, strict=True)]
    with limited():
        return texts, _rows(wanted, texts)


def _check(rulesets: Sequence[RuleSet]) -> None:
    if len(rulesets) < 2:
        known = "give two or more, by id or by the path of a file"
        raise wrong("compare", "there is nothing to compare with: one ruleset only", known)
    seen: dict[str, RuleSet] = {}
    problems = []
    for one in rulesets:
        if one.sha256 in seen:
            first, second = called(seen[one.sha256]), called(one)
            same = first == second
            said = f"{quote(second)} is given twice" if same else f"{quote(second)} is the same text as {quote(first)}"
            problems.append(Problem("compare", said, "name each ruleset once"))
        seen.setdefault(one.sha256, one)
    if problems:
        raise InvalidInput(problems)


def _topics(wanted: str | None) -> list[str]:
    known = vocabulary().topics
    if wanted is None:
        return list(known)
    found = [
        name
        for name, one in known.items()
        if wanted in (name, one.label.zh, one.label.en) or name.startswith(f"{wanted}.")
    ]
    if not found:
        groups = dict.fromkeys(name.partition(".")[0] for name in known)
        titles = (title for one in known.values() for title in (one.label.zh, one.label.en))
        help = did_you_mean(wanted, [*known, *groups, *titles]) or f"a topic, or one of the groups {', '.join(groups)}"
        raise wrong("unknown-topic", f"there is no topic {quote(wanted)}", help)
    return found


# --- rows -------------------------------------------------------------------------------------------


Meetings = dict[tuple[str, str], Meeting]


def _rows(topics: Sequence[str], texts: Sequence[Text]) -> list[Row]:
    """A row for each topic that one of the texts has something on."""
    meetings = {(a.label, b.label): Meeting(a.side, b.side) for a, b in permutations(texts, 2)}
    return [row for topic in topics if (row := _row(topic, texts, meetings)) is not None]


def _row(name: str, texts: Sequence[Text], meetings: Meetings) -> Row | None:
    cells = {text.label: text.cell(name) for text in texts}
    if not any(cell.norms for cell in cells.values()):
        return None
    topic = vocabulary().topics[name]
    found: dict[tuple[str, str], Relation] = {}
    for a, b in permutations(texts, 2):
        if (back := found.get((b.label, a.label))) is not None and back.pairs:
            found[a.label, b.label] = _turned(back)
        else:
            found[a.label, b.label] = _relation(name, a, b, cells, meetings)
    return Row(name, topic.label, topic.about, list(cells.values()), list(found.values()))


def _relation(topic: str, a: Text, b: Text, cells: dict[str, Cell], meetings: Meetings) -> Relation:
    one, other = cells[a.label], cells[b.label]
    if one.state != "regulated":
        return Relation(a.label, b.label, "silent", one.why)
    if other.state != "regulated":
        return Relation(a.label, b.label, "only_here", other.why)
    made = pairs(a.atoms(topic), b.atoms(topic), meetings[a.label, b.label], (a.known, b.known))
    return _of_pairs(a.label, b.label, [_named(pair, a, b) for pair in made])


def _of_pairs(a: str, b: str, made: list[Pair]) -> Relation:
    """The relation that follows from the pairs; where nothing has a like, the texts surely differ."""
    if not any(pair.a and pair.b for pair in made):
        return Relation(a, b, "different", WORDS["no_like"], made)
    relation = combined(pair.relation for pair in made)
    return Relation(a, b, relation, _why(made, relation), made)


def _named(pair: Pair, a: Text, b: Text) -> Pair:
    pair.a = f"{a.ruleset.id}/{pair.a}" if pair.a else None
    pair.b = f"{b.ruleset.id}/{pair.b}" if pair.b else None
    return pair


def _why(made: Sequence[Pair], relation: str) -> Label | None:
    """How many norms are alike and how many not, and the first difference that decides."""
    deciding = [one for pair in made for one in pair.differences if one.effect == relation] or [
        one for pair in made for one in pair.differences
    ]
    first = said_of(deciding[0]) if deciding else None
    counts = {
        "same": sum(pair.relation == "same" for pair in made),
        "other": sum(bool(pair.a and pair.b) and pair.relation != "same" for pair in made),
        "only_a": sum(pair.b is None for pair in made),
        "only_b": sum(pair.a is None for pair in made),
    }
    if len(made) < 2:
        return first

    def said(lang: str) -> str:
        told = [say(f"count_{key}", lang, count=count) for key, count in counts.items() if count]
        listed = say("comma", lang).join(told)
        return say("counted_then", lang, counts=listed, text=first.in_(lang)) if first else listed

    return Label(said("zh"), said("en"))


def _turned(relation: Relation) -> Relation:
    """The same relation seen from the other side."""
    return _of_pairs(relation.b, relation.a, [pair.turned() for pair in relation.pairs])


def _silences(rows: Sequence[Row], texts: Sequence[Text]) -> list[Silence]:
    """What more than half of the others regulate, and one does not."""
    found = []
    for text in texts:
        for row in rows:
            own = next(cell for cell in row.cells if cell.ruleset == text.label)
            others = [cell.ruleset for cell in row.cells if cell is not own and cell.state == "regulated"]
            if own.state != "regulated" and 2 * len(others) > len(texts) - 1:
                found.append(
                    Silence(text.label, row.topic, row.label, own.state, own.cite, own.article, own.why, others)
                )
    return found


__all__ = ["Comparison", "compare", "compare_project"]

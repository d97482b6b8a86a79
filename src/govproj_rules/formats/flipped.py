"""The page of a portfolio's flips: the summary, then project by project what was and what is, last what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from govproj_rules.comparing.flipped import (
    ApprovalFlip,
    ApprovalState,
    Changed,
    DeadlineFlip,
    DeadlineState,
    DocumentFlip,
    Edition,
    FindingFlip,
    Flips,
    Moves,
    Rejected,
    RuleFlips,
    State,
    Totals,
)
from govproj_rules.formats import Look
from govproj_rules.formats.page import Line, Page, Section
from govproj_rules.formats.reports import VERDICT_MARKS, span
from govproj_rules.formats.waived import GAP
from govproj_rules.ir import Label
from govproj_rules.report import Party
from govproj_rules.telling.safe import clean
from govproj_rules.telling.words import say
from govproj_rules.vocabulary import vocabulary
from govproj_rules.waivers import COUNTED

TOP: Final = 10
_NOT_ASKED: Final = ("out_of_scope", "not_in_force")
Flip = DocumentFlip | ApprovalFlip | DeadlineFlip | FindingFlip


def flips_page(flips: Flips, look: Look) -> Page:
    """Everything there is to say; where one side asks nothing of a project, what follows from that only counted."""
    tell = Telling(flips, look)
    page = tell.head()
    page.sections = [*tell.summary(), *map(tell.project, flips.changed), *tell.rejected(flips.rejected)]
    return page


class Telling:
    """Tells the parts of the page in one language; in whichever, they have the same sections and lines."""

    def __init__(self, flips: Flips, look: Look) -> None:
        self.flips = flips
        self.look = look
        self.words = vocabulary()

    # --- words ------------------------------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        return say(key, self.look.lang, **values)

    def text(self, label: Label | None) -> str:
        return clean(label.in_(self.look.lang)) if label else ""

    def word(self, group: str, word: str | None) -> str:
        return self.say("none") if word is None else self.text(self.words.label(group, word))

    def list(self, parts: Iterable[str]) -> str:
        return self.say("list").join(parts)

    def names(self, parties: Iterable[Party]) -> str:
        return self.list(self.text(party.name) for party in parties)

    def move(self, old: str, new: str) -> str:
        return old if old == new else self.say("flips_move", old=old, new=new)

    def bracketed(self, text: str, more: str) -> str:
        return text + (self.say("bracketed", text=more) if more else "")

    # --- the head ---------------------------------------------------------------------------------

    def head(self) -> Page:
        """The title, the two editions and the totals."""
        flips, totals = self.flips, self.flips.totals
        old, new = clean(flips.old.label), clean(flips.new.label)
        title = self.say("flips_title", old=old, new=new, projects=totals.projects, changed=totals.changed)
        page = Page(title, notices=[*self.notices(flips.old), *self.notices(flips.new)])
        page.facts = [
            self.edition("flips_side_old", flips.old),
            self.edition("flips_side_new", flips.new),
            self.say("as_of", day=flips.as_of),
            *([] if flips.by_rule else [self.say("flips_cities")]),
        ]
        page.counts = [
            ("notice", self.say("flips_changed", count=totals.changed)),
            ("met", self.say("flips_unchanged", count=totals.unchanged)),
            ("unknown", self.undetermined(totals)),
            ("unmet", self.say("flips_rejected", count=totals.rejected)),
        ]
        return page

    def undetermined(self, totals: Totals) -> str:
        """How many projects nobody can decide yet, also those that do not change."""
        moved = self.move(str(totals.undetermined_old), str(totals.undetermined_new))
        return self.say("counted", word=self.word("verdict", "undetermined"), count=moved)

    def edition(self, key: str, edition: Edition) -> str:
        state = (self.word("ruleset_status", edition.status), span(edition.in_force, self.look.lang))
        told = self.say("comma").join(part for part in state if part)
        return self.say(key, title=self.text(edition.title), label=clean(edition.label), state=told)

    def notices(self, edition: Edition) -> Iterable[str]:
        """What must not be missed: an edition that is no law yet, or no more."""
        if edition.status == "draft":
            said = self.say("draft_notice")
        elif not edition.applied:
            key = "repealed_notice" if edition.status == "repealed" else "not_in_force_notice"
            said = self.say(key, span=span(edition.in_force, self.look.lang))
        else:
            return
        yield self.say("fact", label=clean(edition.label), value=said)

    # --- the summary ------------------------------------------------------------------------------

    def summary(self) -> Iterable[Section]:
        flips = self.flips
        if not flips.changed:
            yield Section(self.say("flips_none"), status="info")
        if flips.verdicts:
            yield Section(self.say("flips_verdicts"), [self.verdicts(one) for one in flips.verdicts])
        if flips.rules:
            shown = flips.rules if self.look.all else flips.rules[:TOP]
            made = Section(self.say("flips_rules"), [self.rule(one) for one in shown])
            if len(shown) < len(flips.rules):
                made.foot.append(self.say("flips_rules_more", count=len(flips.rules) - len(shown)))
            yield made

    def verdicts(self, one: Moves) -> Line:
        move = self.move(self.word("verdict", one.old), self.word("verdict", one.new))
        count = self.say("flips_projects", count=one.projects)
        return Line(move, VERDICT_MARKS.get(one.new or "", "info"), aside=count)

    def rule(self, one: RuleFlips) -> Line:
        moves = [self.move(self.status(way.old), self.status(way.new)) for way in one.moves]
        if len(moves) > 1:
            counts = (self.say("flips_projects", count=way.projects) for way in one.moves)
            pairs = zip(moves, counts, strict=True)
            moves = [self.say("fact", label=move, value=count) for move, count in pairs]
        line = Line(self.text(one.title), None, self.say("flips_projects", count=one.projects), self.text(one.article))
        line.details = [GAP.join((clean(one.rule), *moves))]
        return line

    def status(self, word: str | None) -> str:
        """A status, or what a waiver of something unmet comes to."""
        if word not in COUNTED:
            return self.word("status", word)
        return self.bracketed(self.word("status", "unmet"), self.say(f"waiver_{word}"))

    # --- one project ------------------------------------------------------------------------------

    def project(self, one: Changed) -> Section:
        name = self.bracketed(clean(one.project.name), clean(one.project.id or ""))
        verdict = self.move(self.word("verdict", one.verdict.old), self.word("verdict", one.verdict.new))
        mark = VERDICT_MARKS.get(one.verdict.new or "", "info")
        made = Section(self.say("fact", label=name, value=verdict), status=mark)
        made.lines = [Line(clean(one.record), "info", self.say("flips_record")), *self.scope(one)]
        made.lines += [Line(told, mark, self.say("flips_counts")) for mark, told in self.counted(one)]
        flips: list[Flip] = [*one.documents, *one.approvals, *one.deadlines, *self.other_rules(one)]
        if not self.look.all and len({one.verdict.old, one.verdict.new} & set(_NOT_ASKED)) == 1:
            counts = Counter(self.kind(flip) for flip in flips)
            told = self.list(self.say("counted", word=kind, count=count) for kind, count in counts.items())
            made.foot = [self.say("flips_follows", counts=told)] if told else []
        else:
            made.lines += map(self.flip, flips)
        return made

    def counted(self, one: Changed) -> Iterable[tuple[str, str]]:
        """How much is unknown under each, whatever else changes, and what is counted apart."""
        for name in ("unknown", "warnings", *COUNTED):
            old, new = one.counts.old[name], one.counts.new[name]
            if name == "unknown":
                yield name, self.say("counted", word=self.word("status", name), count=self.move(str(old), str(new)))
            elif old or new:
                yield "notice", self.say(name, count=self.move(str(old), str(new)))

    def scope(self, one: Changed) -> Iterable[Line]:
        if self.flips.by_rule:
            was, now = self.flips.old.regimes, self.flips.new.regimes
            regime = (self.regime(was, one.regime.old), self.regime(now, one.regime.new))
            scope = self.word("scope", one.scope.old), self.word("scope", one.scope.new)
            rows = (("flips_scope", one.scope, scope), ("flips_regime", one.regime, regime))
            for key, move, words in rows:
                if move.old != move.new:
                    yield Line(self.say("flips_move", old=words[0], new=words[1]), "notice", self.say(key))

    def regime(self, titles: dict[str, Label], regime: str | None) -> str:
        return self.text(titles.get(regime or "")) or self.say("none")

    @staticmethod
    def other_rules(one: Changed) -> Sequence[FindingFlip]:
        """The rules of which the lists of documents, approvals and deadlines do not tell already."""
        listed: tuple[DocumentFlip | ApprovalFlip | DeadlineFlip, ...] = (
            *one.documents, *one.approvals, *one.deadlines,
        )  # fmt: skip
        told = {state.rule for flip in listed for state in (flip.old, flip.new) if state is not None}
        return [flip for flip in one.findings if flip.rule not in told]

    def kind(self, flip: Flip) -> str:
        match flip:
            case DocumentFlip():
                return self.word("kind", "document")
            case ApprovalFlip():
                return self.word("kind", "approval")
            case DeadlineFlip():
                return self.word("kind", "deadline")
            case FindingFlip(_, kind):
                return self.word("kind", kind)

    def flip(self, flip: Flip) -> Line:
        latest = flip.new or flip.old
        assert latest is not None
        mark = flip.new.status if flip.new else "info"
        aside = self.change(flip.old, flip.new)
        return Line(self.subject(flip), mark, self.kind(flip), self.text(latest.article), aside)

    def subject(self, flip: Flip) -> str:
        """What it is about, and of which change or year."""
        text = self.text(flip.label)
        match flip:
            case DocumentFlip(_, Party() as to):
                text = self.say("flips_handed", document=text, names=self.text(to.name))
            case DocumentFlip():
                text = self.say("titled", text=text)
            case ApprovalFlip(act):
                text = self.bracketed(text, self.text(self.words.acts.get(act) or Label(act, act)))
        return self.bracketed(text, self.text(flip.element))

    def change(self, old: State | None, new: State | None) -> str:
        """How it stood and stands; whose it is and when, once where that is alike."""
        heads = dict.fromkeys(self.whose(one) for one in (old, new) if one)
        if len(heads) > 1:
            told = (self.joined((self.whose(one), self.standing(one))) for one in (old, new))
            return self.say("flips_move", **dict(zip(("old", "new"), told, strict=True)))
        move = self.say("flips_move", old=self.standing(old), new=self.standing(new))
        head = next(iter(heads), "")
        return self.say("fact", label=head, value=move) if head else move

    @staticmethod
    def joined(parts: Iterable[str]) -> str:
        return " ".join(part for part in parts if part)

    def whose(self, one: State | None) -> str:
        """Whose an approval is, and the days of a deadline."""
        match one:
            case DeadlineState():
                due = one.due.isoformat() if one.due else self.say("no_due")
                return self.joined((self.say("not_before", day=one.opens) if one.opens else "", due))
            case ApprovalState():
                with_, or_ = self.names(one.with_), self.names(one.or_)
                others = (self.say("with", names=with_) if with_ else "", self.say("or", names=or_) if or_ else "")
                return self.joined((self.text(one.by.name), *others))
        return ""

    def standing(self, one: State | None) -> str:
        if one is None:
            return self.say("none")
        status = self.status(one.waiver or one.status)
        match one:
            case DeadlineState(late=True):
                return self.say("late")
            case ApprovalState(valid_until=date() as day):
                return self.bracketed(status, self.say("valid_until", day=day))
        return status

    # --- what was refused -------------------------------------------------------------------------

    def rejected(self, records: Sequence[Rejected]) -> Iterable[Section]:
        if records:
            made = Section(self.say("flips_rejected_title", count=len(records)), status="notice")
            for problem in (problem for record in records for problem in record.problems):
                place = f"{clean(problem.place)}: " if problem.place else ""
                line = Line(f"{place}{clean(problem.message)} [{problem.code}]", "notice")
                line.details = [f"help: {clean(problem.help)}"] if problem.help else []
                made.lines.append(line)
            yield made

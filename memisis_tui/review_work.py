"""Review by a clinician: opens runs, keeps what was said, mixes the blinded test."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memisis_core.errors import InputError, MemisisError
from memisis_screens.review.review_view import Phase, ReviewView
from memisis_tui.review_rules import ReviewRules
from memisis_tui.thread_messages import ThreadMessage

if TYPE_CHECKING:
    from memisis_core.review.blinded import BlindedTest
    from memisis_core.review.judgement import Judgement, Verdict
    from memisis_core.review.material import ReviewMaterial
    from memisis_tui.desk import Desk
    from memisis_tui.plan_work import PlanWork


class MaterialOpened(ThreadMessage):
    """A run was opened for review, with what was said of it before."""

    def __init__(
        self,
        material: ReviewMaterial,
        judgements: list[Judgement],
        tests: list[BlindedTest],
    ) -> None:
        super().__init__()
        self.material = material
        self.judgements = judgements
        self.tests = tests


class MaterialRefused(ThreadMessage):
    """A run cannot be reviewed; one line says why."""

    def __init__(self, run_id: str, line: str) -> None:
        super().__init__()
        self.run_id = run_id
        self.line = line


class ReviewWork:
    """Owns `Session.review`; the tables behind it stay in here and are written nowhere."""

    def __init__(self, desk: Desk, plans: PlanWork) -> None:
        self._desk = desk
        self._material: ReviewMaterial | None = None
        self._left: dict[str, ReviewView] = {}
        """Where each run's review was left, so that it goes on there."""
        self.rules = ReviewRules(desk, plans, self)

    # Opening.

    def open(self, run_id: str) -> None:
        """Show the patients of a run, where they were left."""
        run = self._desk.session.run(run_id)
        services, view = self._desk.services, self.view
        if run is None or services is None:
            return
        if view is not None and view.run_id == run_id and self._material is not None:
            return
        if view is not None:
            self._left[view.run_id] = view
        self._material = None
        self._show(ReviewView(run_id, f"{run.label} {run.title}"))
        store = services.store

        def opened() -> None:
            from memisis_core.review.material import open_material

            try:
                material = open_material(store.run(run_id))
            except MemisisError as error:
                self._desk.post_message(MaterialRefused(run_id, error.line()))
                return
            reviews = store.reviews
            self._desk.post_message(
                MaterialOpened(material, reviews.judgements(run_id), reviews.tests(run_id))
            )

        self._desk.in_thread("opening the review", opened)

    def show(self, message: MaterialOpened) -> None:
        """Show a run that was opened, unless the person has gone on to another meanwhile."""
        from memisis_core.review.judgement import SAMPLE_SIZE

        view, material = self.view, message.material
        if view is None or view.run_id != material.run_id:
            return
        self._material = material
        judgements = {judgement.row: judgement for judgement in message.judgements}
        left = self._left.get(view.run_id)
        size = max(SAMPLE_SIZE, len(left.order) if left is not None else 0)
        while size < len(material.order) and any(
            row in judgements for row in material.order[size:]
        ):
            size += SAMPLE_SIZE
        order = material.order[:size]
        unjudged = (i for i, row in enumerate(order) if row not in judgements)
        view = replace(
            view,
            phase=Phase.PATIENTS,
            order=order,
            rows=len(material.order),
            judgements=judgements,
            tests=tuple(message.tests),
            marked=float(material.marked.mean()),
            marked_holdout=material.marked_holdout,
        )
        self._turn_to(view, left.place if left is not None else next(unjudged, 0))

    def refuse(self, message: MaterialRefused) -> None:
        """Say why a run cannot be reviewed."""
        if self.view is not None and self.view.run_id == message.run_id:
            self._show(replace(self.view, phase=Phase.TROUBLE, trouble=message.line))

    # Patients.

    def turn(self, step: int, *, marked: bool = False) -> None:
        """Show another patient of those drawn; at the end say so."""
        view, material = self.view, self._material
        if view is None or material is None or view.phase is not Phase.PATIENTS:
            return
        place = view.place + step
        if marked:
            after = range(view.place + 1, len(view.order))
            place = next((i for i in after if material.marked[view.order[i]]), len(view.order))
        if 0 <= place < len(view.order):
            self._turn_to(view, place)
        elif place >= len(view.order):
            what = "with a mark" if marked else "drawn"
            self._desk.bench.notify(f"No further patient {what}; a draws more", markup=False)

    def draw_more(self) -> None:
        """Add fifty patients to those that are judged."""
        from memisis_core.review.judgement import SAMPLE_SIZE

        view, material = self.view, self._material
        if view is None or material is None:
            return
        order = material.order[: len(view.order) + SAMPLE_SIZE]
        if len(order) == len(view.order):
            self._desk.bench.notify("All patients of the run are drawn", markup=False)
        self._show(replace(view, order=order))

    def judge(self, verdict: Verdict) -> None:
        """Keep what was said of the patient that is shown; go on if it needs no reason."""
        from memisis_core.review.judgement import Judgement, Verdict

        view = self.view
        if view is None or view.page is None:
            return
        before = view.judgement
        why = before.why if before is not None else ""
        said = Judgement(
            row=view.page.row, verdict=verdict, why=why, columns=view.named, at=datetime.now(UTC)
        )
        self._keep(view, said)
        if verdict is Verdict.PLAUSIBLE and view.place + 1 < len(view.order):
            self.turn(1)

    def give_reason(self, why: str) -> None:
        """Keep why; of a patient that was not judged yet it says that one is unsure."""
        from memisis_core.review.judgement import Judgement, Verdict

        view = self.view
        if view is None or view.page is None:
            return
        said = view.judgement or Judgement(
            row=view.page.row, verdict=Verdict.UNSURE, columns=view.named, at=datetime.now(UTC)
        )
        if view.judgement is not None or why:
            self._keep(view, said.model_copy(update={"why": why, "at": datetime.now(UTC)}))

    def name(self, columns: tuple[str, ...]) -> None:
        """Keep which values are meant."""
        view = self.view
        if view is None or view.page is None:
            return
        view = replace(view, named=columns)
        self._show(view)
        if view.judgement is not None:
            self._keep(view, view.judgement.model_copy(update={"columns": columns}))

    def withdraw(self) -> None:
        """Take back what was said of the patient that is shown."""
        view, services = self.view, self._desk.services
        if view is None or view.page is None or view.judgement is None or services is None:
            return
        row, run_id, reviews = view.page.row, view.run_id, services.store.reviews
        rest = {known: said for known, said in view.judgements.items() if known != row}
        self._show(replace(view, judgements=rest))
        self._write(lambda: reviews.withdraw(run_id, row))

    def _keep(self, view: ReviewView, said: Judgement) -> None:
        services = self._desk.services
        if services is None:
            return
        self._show(replace(view, judgements={**view.judgements, said.row: said}))
        run_id, reviews = view.run_id, services.store.reviews
        self._write(lambda: reviews.judge(run_id, said))

    def _turn_to(self, view: ReviewView, place: int) -> None:
        assert self._material is not None, "a patient is shown of a run that is open"
        page = self._material.page(view.order[place])
        said = view.judgements.get(page.row)
        named = said.columns if said is not None else ()
        self._show(replace(view, place=place, page=page, named=named, rule=None))

    # The blinded test.

    def begin_test(self, of_each: int) -> None:
        """Begin a blinded test, or go on with the one that was begun."""
        from memisis_core.review.blinded import new_test

        view, material, services = self.view, self._material, self._desk.services
        if view is None or material is None or services is None:
            return
        if view.test is not None and not view.test.finished:
            self._ask(view)
            return
        try:
            test = new_test(
                material.holdout.height,
                material.synthetic.height,
                of_each,
                seed=secrets.randbelow(2**31),
                at=datetime.now(UTC),
            )
        except InputError as error:
            self._desk.bench.notify(error.line(), severity="warning", markup=False)
            return
        kept = services.store.reviews.add_test(view.run_id, test)
        self._ask(replace(view, tests=(*view.tests, kept)))

    def answer(self, real: bool) -> None:
        """Keep an answer and ask about the next patient; after the last one say the result."""
        view, services = self.view, self._desk.services
        if view is None or view.test is None or services is None:
            return
        test = view.test.answered(real, datetime.now(UTC))
        reviews = services.store.reviews
        view = replace(view, tests=(*view.tests[:-1], test))
        if test.finished:
            self._show(replace(view, phase=Phase.RESULT, page=None))
        else:
            self._ask(view)
        self._write(lambda: reviews.keep_test(test))

    def show_patients(self) -> None:
        """Go back from the test to the patient that was shown before."""
        if self.view is not None and self._material is not None:
            self._turn_to(replace(self.view, phase=Phase.PATIENTS), self.view.place)

    def _ask(self, view: ReviewView) -> None:
        assert self._material is not None, "a question is about a run that is open"
        assert view.test is not None, "a question is part of a test"
        page = self._material.blinded_page(view.test, len(view.test.answers))
        self._show(replace(view, phase=Phase.BLINDED, page=page))

    # Parts.

    @property
    def view(self) -> ReviewView | None:
        """The review that is shown."""
        return self._desk.session.review

    @property
    def material(self) -> ReviewMaterial | None:
        """The tables of the run that is open."""
        return self._material

    def change(self, **changes: object) -> None:
        """Show the review with some fields changed."""
        if self.view is not None:
            self._show(replace(self.view, **changes))  # type: ignore[arg-type]

    def _show(self, view: ReviewView) -> None:
        self._desk.session = replace(self._desk.session, review=view)

    def _write(self, write: Callable[[], None]) -> None:
        self._desk.in_thread("keeping the review", write)

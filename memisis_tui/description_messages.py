"""Messages about descriptions: the part of the application that carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from memisis_core.description.specification import Specification
    from memisis_screens.description.description_card import DescriptionTakenUp
    from memisis_screens.session import Session
    from memisis_tui.conversation_work import ConversationWork
    from memisis_tui.description_work import (
        DescriptionDrawn,
        DescriptionRefused,
        DescriptionWork,
    )


class DescriptionMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        descriptions: DescriptionWork
        conversation: ConversationWork
        session: Session
        push_screen: Callable[..., Any]

    async def on_description_confirmed(self) -> None:
        """Make the patients."""
        await self.descriptions.make()

    def on_description_dropped(self) -> None:
        """Set the description aside."""
        self.descriptions.drop()

    async def on_description_taken_up(self, message: DescriptionTakenUp) -> None:
        """Put an earlier description on the table again."""
        from dataclasses import replace

        from memisis_screens.session import Condition

        await self.descriptions.show(replace(message.draft, condition=Condition.OPEN, problem=""))

    def on_description_opened(self) -> None:
        """Show the whole specification."""
        from memisis_screens.description.specification_screen import SpecificationScreen

        draft = self.session.description

        def left(specification: Specification | None) -> None:
            if specification is not None:
                self.descriptions.take(specification)

        if draft is not None:
            self.push_screen(SpecificationScreen(draft.specification), left)

    async def on_description_drawn(self, message: DescriptionDrawn) -> None:
        """Show the run that came of it."""
        self.descriptions.drawn(message.record)
        await self.conversation.tell_end(message.record)

    async def on_description_refused(self, message: DescriptionRefused) -> None:
        """Say why it could not be drawn."""
        self.descriptions.refuse(message.line)
        await self.conversation.note_error(message.line)

"""Editors for the slots of a plan: a number, a choice, several choices, a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from textual.content import Content
from textual.events import Key
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from memisis_core.errors import InputError
from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings

NONE = "none"


class SlotEditor(Protocol):
    """An editor that gives the value of its slot."""

    def value_of_slot(self) -> Any:
        """Return the value as plans hold it, None if nothing is stated.

        Raises
        ------
        InputError
            If what was entered is not such a value.
        """
        ...

    def take(self, value: Any, instead: str) -> None:
        """Show a value; `instead` is what will be used while nothing is stated."""
        ...


class NumberEditor(Input):
    """A whole number or a share; empty means: not stated."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__(type="integer" if whole else "number", compact=True, select_on_focus=True)
        self._whole = whole

    def value_of_slot(self) -> int | float | None:
        """Return the number."""
        text = self.value.strip()
        if not text:
            return None
        try:
            return int(text) if self._whole else float(text)
        except ValueError as error:
            raise InputError(f"{text!r} is not a number") from error

    def take(self, value: Any, instead: str) -> None:
        """Show the number, or beside an empty field what is used instead."""
        self.value = "" if value is None else str(value)
        self.placeholder = instead


class TextEditor(Input):
    """Several short texts, separated by semicolons."""

    def __init__(self) -> None:
        super().__init__(compact=True)

    def value_of_slot(self) -> list[str]:
        """Return the texts."""
        return [part.strip() for part in self.value.split(";") if part.strip()]

    def take(self, value: Any, instead: str) -> None:
        """Show the texts."""
        self.value = "; ".join(str(part) for part in value or ())
        self.placeholder = instead


class ChoiceEditor(OptionList, inherit_bindings=False):
    """One of several names, or none; a letter goes to the next name that begins with it."""

    SCOPE: ClassVar[Scope] = Scope.CHOICES
    BINDINGS = [*bindings(Scope.CHOICES)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, names: Sequence[str]) -> None:
        self._names: list[str | None] = [None, *names]
        super().__init__(
            *(
                Option(Content(visible(name, 60)) if name else Content(NONE))
                for name in self._names
            ),
            compact=True,
        )

    def value_of_slot(self) -> str | None:
        """Return the name under the cursor."""
        return self._names[self.highlighted or 0]

    def take(self, value: Any, instead: str) -> None:
        """Put the cursor on the name."""
        self.highlighted = self._names.index(value) if value in self._names else 0

    def on_key(self, event: Key) -> None:
        """Go to the next name that begins with the letter."""
        letter = event.character
        if not letter or not letter.isprintable() or letter == " ":
            return
        start = (self.highlighted or 0) + 1
        order = [*range(start, len(self._names)), *range(start)]
        for index in order:
            if (self._names[index] or NONE).casefold().startswith(letter.casefold()):
                self.highlighted = index
                event.stop()
                event.prevent_default()
                return


class SeveralEditor(OptionList, inherit_bindings=False):
    """Several names; Space takes one in or out. Brackets show what is taken, not colour."""

    SCOPE: ClassVar[Scope] = Scope.TOGGLES
    BINDINGS = [*bindings(Scope.CHOICES), *bindings(Scope.TOGGLES)]  # noqa: RUF012 - Textual's own

    def __init__(self, names: Sequence[str], titles: dict[str, str] | None = None) -> None:
        self._all = list(names)
        self._titles = titles or {}
        self._taken: set[str] = set()
        super().__init__(*(Option(self._line(name)) for name in names), compact=True)

    def value_of_slot(self) -> list[str]:
        """Return the names that are taken, in the order of the list."""
        return [name for name in self._all if name in self._taken]

    def take(self, value: Any, instead: str) -> None:
        """Mark the names."""
        self._taken = {name for name in value or () if name in self._all}
        for index, name in enumerate(self._all):
            self.replace_option_prompt_at_index(index, self._line(name))
        if self.highlighted is None:
            self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the name in or out."""
        event.stop()
        name = self._all[event.option_index]
        self._taken ^= {name}
        self.replace_option_prompt_at_index(event.option_index, self._line(name))

    def _line(self, name: str) -> Content:
        mark = "[x] " if name in self._taken else "[ ] "
        return Content(mark + visible(self._titles.get(name, name), 60))

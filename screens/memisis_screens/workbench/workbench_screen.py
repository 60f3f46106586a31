"""The one screen: lays out the panes, moves between them, and hands the session down."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from memisis_core.text import visible
from memisis_screens.action import Action, Scope
from memisis_screens.actions import ACTIONS, action, bindings
from memisis_screens.chat.chat_pane import ChatPane
from memisis_screens.chat.commands import command, split_command
from memisis_screens.messages import (
    AnswerSaveRequested,
    CommandSubmitted,
    LeaveRequested,
    NewPlanRequested,
    OpenRequested,
    PlanConfirmed,
    SessionsRequested,
    ThemeChosen,
)
from memisis_screens.session import Condition, Session
from memisis_screens.tabs import CHAT, CHAT_TAB, WORK_TABS, Tab
from memisis_screens.themes import THEMES, TITLES
from memisis_screens.workbench.header_line import HeaderLine
from memisis_screens.workbench.key_line import KeyLine
from memisis_screens.workbench.tab_bar import TabBar

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content

    from memisis_core.plan.model import Plan
    from memisis_screens.messages import TabRequested
    from memisis_screens.workbench.work_pane import WorkPane

NARROW = "-narrow"
CARD = "card"
"""The plan that waits for an answer: a place between the prompt and the work."""
CHAT_WIDTHS = (36, 96)
"""Least and greatest width of the conversation, in cells."""


class WorkbenchScreen(Screen[None]):
    """Conversation on the left, tabs on the right, jobs below; one pane at a time if narrow."""

    SCOPE: ClassVar[Scope] = Scope.WORKBENCH
    BINDINGS = [*bindings(Scope.WORKBENCH)]  # noqa: RUF012 - Textual's own declaration
    HORIZONTAL_BREAKPOINTS = [(0, NARROW), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#prompt"

    session: reactive[Session] = reactive(Session(), repaint=False)
    tab: reactive[str] = reactive(CHAT, init=False, repaint=False)
    """The tab in front: the conversation counts as one where there is room for one pane only."""
    work_tab: reactive[str] = reactive("data", init=False, repaint=False)
    """The tab of the work side."""

    seconds_between_ticks = 1.0
    """How often clocks of jobs at work move on."""

    def __init__(self) -> None:
        super().__init__()
        self.chat = ChatPane(id="chat")
        self.watch_tab(self.tab)

    def compose(self) -> ComposeResult:
        """Yield what the first frame shows; the other panes follow after it."""
        yield HeaderLine(id="header").data_bind(WorkbenchScreen.session)
        yield TabBar((CHAT_TAB, *WORK_TABS), id="narrow-tabs").data_bind(active=WorkbenchScreen.tab)
        with Horizontal(id="body"):
            yield self.chat
            with Vertical(id="work"):
                yield TabBar(WORK_TABS, id="tabs").data_bind(active=WorkbenchScreen.work_tab)
                with ContentSwitcher(id="content", initial="data"):
                    yield self._new_pane(WORK_TABS[0])
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Mount what the first frame does not show."""
        self.call_after_refresh(self._mount_rest)

    async def _mount_rest(self) -> None:
        from memisis_screens.jobs.jobs_panel import JobsPanel

        panel = JobsPanel(id="jobs-panel").data_bind(WorkbenchScreen.session)
        await self.query_one("#work").mount(panel)
        for tab in WORK_TABS:
            await self._pane(tab.name)

    # Tabs and panes.

    async def action_show_tab(self, name: str) -> None:
        """Bring a tab to the front and give it the focus."""
        self.tab = name
        if name == CHAT:
            self.set_focus(self.chat.prompt)
            return
        self.work_tab = name
        pane = await self._pane(name)
        self.content.current = name
        pane.catch_up()
        self._focus_pane(pane)

    async def on_tab_requested(self, message: TabRequested) -> None:
        """Go where a pane leads."""
        message.stop()
        await self.action_show_tab(message.tab)

    async def action_next_pane(self) -> None:
        """Give the focus to the next pane that is there."""
        await self._move_pane(1)

    async def action_previous_pane(self) -> None:
        """Give the focus to the pane before."""
        await self._move_pane(-1)

    async def _move_pane(self, step: int) -> None:
        card = self.chat.open_card
        places = [CHAT, *([CARD] if card is not None else []), "work"]
        if self.query("#jobs-panel.-filled") and not self.has_class(NARROW, "-zoomed"):
            places.append("jobs-panel")
        place = places[(places.index(self._focused_place()) + step) % len(places)]
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed", "-zoom-chat")
        if place == CARD and card is not None:
            self.tab = CHAT
            self.set_focus(card)
        elif place == "jobs-panel":
            self._focus_pane(self.query_one("#jobs-panel"))
        else:
            await self.action_show_tab(self.work_tab if place == "work" else CHAT)

    def _focused_place(self) -> str:
        within = {node.id for node in self.focused.ancestors_with_self} if self.focused else set()
        if "jobs-panel" in within:
            return "jobs-panel"
        if "work" in within:
            return "work"
        card = self.chat.open_card
        return CARD if card is not None and card.has_focus_within else CHAT

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Tab to a form while one is open, and to a command that can be completed."""
        if action in ("next_pane", "previous_pane"):
            node = self.focused
            if node is self.chat.prompt and self.chat.prompt.completions:
                return False
            return node is None or not any(
                getattr(a, "SCOPE", None) is Scope.PLAN_FORM for a in node.ancestors_with_self
            )
        return True

    def action_back(self) -> None:
        """Go one step back: out of the zoom, then to the prompt."""
        if self.has_class("-zoomed"):
            self.action_zoom()
        else:
            self.tab = CHAT
            self.set_focus(self.chat.prompt)

    def action_zoom(self) -> None:
        """Let the pane that has the focus fill the window, or end that."""
        zoom_chat = self._focused_place() in (CHAT, CARD)
        self.toggle_class("-zoomed")
        self.set_class(self.has_class("-zoomed") and zoom_chat, "-zoom-chat")

    def action_widen(self, cells: int) -> None:
        """Give the conversation more or less of the width."""
        least, greatest = CHAT_WIDTHS
        wanted = self.chat.outer_size.width + cells
        self.chat.styles.width = max(least, min(wanted, greatest, self.size.width - least))

    def watch_tab(self, tab: str) -> None:
        """Show one pane where there is no room for two."""
        self.set_class(tab == CHAT, "-chat-in-front")

    def watch_work_tab(self, tab: str) -> None:
        """Leave the jobs panel away beside the Jobs tab, which shows the same."""
        self.set_class(tab == "jobs", "-tab-jobs")

    def watch_session(self, session: Session) -> None:
        """Let the prompt say how to get to a plan that waits."""
        drafts = (session.draft, session.description)
        self.chat.prompt.plan_waits = any(
            draft is not None and draft.condition is Condition.OPEN for draft in drafts
        )

    def action_jump(self) -> None:
        """Put a letter on each place that can have the focus, and go where one is pressed."""
        from memisis_screens.jump.jump_screen import JumpScreen, Target, targets_of

        bars = [bar for bar in self.query(TabBar) if bar.is_on_screen and bar.region.area]
        targets = targets_of(self.query("*"), [place for bar in bars for place in bar.places])

        async def go(target: Target | None) -> None:
            if target is not None and target.tab:
                await self.action_show_tab(target.tab)
            elif target is not None and target.widget is not None:
                self.set_focus(target.widget)

        self.app.push_screen(JumpScreen(targets), go)

    def action_sessions(self) -> None:
        """Show the sessions of this machine."""
        self.post_message(SessionsRequested())

    def action_open_table(self, path: str = "") -> None:
        """Open another table; without a path, ask for it."""
        self.post_message(OpenRequested(Path(path).expanduser() if path else None))

    def action_new_plan(self) -> None:
        """Put an empty plan on the table."""
        self.post_message(NewPlanRequested())

    def action_next_theme(self) -> None:
        """Go through the themes."""
        names = [theme.name for theme in THEMES]
        place = names.index(self.app.theme) if self.app.theme in names else -1
        name = self.app.theme = names[(place + 1) % len(names)]
        self.app.clear_notifications()
        self.notify(f"Colours: {TITLES[name]}", markup=False)
        self.post_message(ThemeChosen(name))

    def action_copy(self) -> None:
        """Copy what is selected; people also press this key to quit, and are told how."""
        text = self.get_selected_text()
        if text:
            self.app.copy_to_clipboard(text)
        else:
            self.notify("To quit, press Esc and then q, or ctrl+q", markup=False)

    def action_copy_answer(self) -> None:
        """Copy what was said last to the terminal's clipboard."""
        text = self.chat.last_answer
        if text:
            self.app.copy_to_clipboard(text)
            self.notify("Copied; Y saves it where the terminal has no clipboard", markup=False)
        else:
            self.notify("There is no answer to copy yet", markup=False)

    def action_save_answer(self, path: str = "") -> None:
        """Save what was said last as a file."""
        text = self.chat.last_answer
        if text:
            self.post_message(AnswerSaveRequested(text, Path(path) if path else None))
        else:
            self.notify("There is no answer to save yet", markup=False)

    async def on_command_submitted(self, message: CommandSubmitted) -> None:
        """Carry out a command as its key would."""
        message.stop()
        name, argument = split_command(message.text) or ("", "")
        known = command(name)
        if known is None or (argument and not known.argument):
            self.chat.prompt.give_back(message.text)
            told = f"/{name} takes nothing more" if known else f"There is no command /{name}"
            self.notify(f"{visible(told, 60)}; / shows the commands", markup=False)
        elif argument:
            takes = {"save": self.action_save_answer, "open": self.action_open_table}
            takes[known.name](argument)
        else:
            await self.perform(action(known.action_id))

    def action_suspend(self) -> None:
        """Give the terminal back to the shell."""
        self.app.action_suspend_process()

    def action_leave(self) -> None:
        """Quit; the application asks first if something is at work."""
        self.post_message(LeaveRequested())

    def action_help(self) -> None:
        """Show the help for what has the focus."""
        from memisis_screens.dialogs.reading_screen import ReadingScreen, reading_width
        from memisis_screens.help.help_text import help_text

        scopes: list[Scope] = []
        topic: Content | None = None
        for node in self.focused.ancestors_with_self if self.focused else [self]:
            scope = getattr(node, "SCOPE", None)
            if scope is not None and scope not in scopes:
                scopes.append(scope)
            explain = getattr(node, "help_topic", None)
            if topic is None and explain is not None:
                topic = explain()
        keymap = self.app._keymap
        width = reading_width(self.size.width)
        self.app.push_screen(ReadingScreen("Help", help_text(scopes, keymap, topic, width)))

    # Actions from the palette and from clicks.

    async def perform(self, known: Action) -> None:
        """Carry out an action wherever it belongs, as its key would there."""
        if known.scope is Scope.WORKBENCH:
            await self.run_action(known.method)
            return
        target = self._target(known.scope)
        if target is None:
            tab = next((tab for tab in WORK_TABS if tab.scope is known.scope), None)
            await self.action_show_tab(tab.name if tab else CHAT)
            target = self._target(known.scope)
        if target is None:
            self.notify(f"Nothing to do it with yet: {known.title.lower()}", markup=False)
            return
        await self.app.run_action(known.method, default_namespace=target)

    def _target(self, scope: Scope) -> Widget | None:
        """Return the widget that binds the actions of `scope`: near the focus, else on show."""
        if self.focused is not None:
            for node in self.focused.ancestors_with_self:
                if isinstance(node, Widget) and getattr(node, "SCOPE", None) is scope:
                    return node
        fitting = [w for w in self.query("*") if getattr(w, "SCOPE", None) is scope]
        return next((w for w in reversed(fitting) if w.is_on_screen), None)

    async def edit_open_card(self) -> None:
        """Go to the plan that waits and open its form."""
        card = self.chat.open_card
        if card is not None:
            await self.action_show_tab(CHAT)
            self.set_focus(card)
            await self.app.run_action("edit", default_namespace=card)

    def confirm(self, plan: Plan) -> None:
        """Run a plan that was confirmed in words."""
        self.post_message(PlanConfirmed(plan))

    # Parts.

    @property
    def content(self) -> ContentSwitcher:
        """What holds the tabs' panes."""
        return self.query_one("#content", ContentSwitcher)

    async def _pane(self, name: str) -> WorkPane:
        tab = next(tab for tab in WORK_TABS if tab.name == name)
        found = self.query(f"#content > #{name}")
        if not found:
            pane = self._new_pane(tab)
            pane.display = False
            await self.content.mount(pane)
            return pane
        return found.first()  # type: ignore[return-value]

    def _new_pane(self, tab: Tab) -> WorkPane:
        pane: WorkPane = getattr(importlib.import_module(tab.module), tab.attribute)(id=tab.name)
        pane.data_bind(WorkbenchScreen.session)
        return pane

    def _focus_pane(self, pane: Widget) -> None:
        # At once: keys that were typed ahead go to whatever has the focus when they are read.
        main: Widget = getattr(pane, "main", pane)
        self.set_focus(main)


def actions_of(scope: Scope) -> list[Action]:
    """Return the actions of one scope."""
    return [action for action in ACTIONS if action.scope is scope]

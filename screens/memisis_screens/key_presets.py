"""Sets of keys for hands that know another program: chosen in ``keys.toml`` with ``preset``.

A preset adds to the keys of the registry and takes none away that has no second way. Alt and
Ctrl+S, which some terminals keep to themselves, stand beside a key that always arrives.
"""

from __future__ import annotations

_VIM: dict[str, str] = {
    "table.page_down": "pagedown,ctrl+d,ctrl+f",
    "table.page_up": "pageup,ctrl+u",
    "table.home": "home,circumflex_accent",
    "table.end": "end,dollar_sign",
    "choices.up": "up,k",
    "choices.down": "down,j",
    "choices.page_down": "pagedown,ctrl+d",
    "choices.page_up": "pageup,ctrl+u",
    "choices.first": "home,g",
    "choices.last": "end,G",
    "reading.page_down": "pagedown,space,ctrl+d,ctrl+f",
    "reading.page_up": "pageup,ctrl+u",
    "jobs.details": "enter,o",
    "metrics.details": "enter,o",
    "compare.details": "enter,o",
    "sessions.open": "enter,o",
}
_EMACS: dict[str, str] = {
    # Ctrl+P moves up here, so the palette stands where M-x would.
    "app.palette": "f2,ctrl+x",
    "prompt.earlier": "up,ctrl+p",
    "prompt.later": "down,ctrl+n",
    "table.up": "up,k,ctrl+p",
    "table.down": "down,j,ctrl+n",
    "table.left": "left,h,ctrl+b",
    "table.right": "right,l,ctrl+f",
    "table.page_down": "pagedown,ctrl+v",
    "table.page_up": "pageup,alt+v",
    "table.home": "home,ctrl+a",
    "table.end": "end,ctrl+e",
    "choices.up": "up,ctrl+p",
    "choices.down": "down,ctrl+n",
    "choices.page_down": "pagedown,ctrl+v",
    "choices.page_up": "pageup,alt+v",
    "choices.first": "home,ctrl+a",
    "choices.last": "end,ctrl+e",
    "reading.up": "up,k,ctrl+p",
    "reading.down": "down,j,ctrl+n",
    "reading.page_down": "pagedown,space,ctrl+v",
    "reading.page_up": "pageup,alt+v",
    "data.filter": "slash,ctrl+s",
    "metrics.filter": "slash,ctrl+s",
    "compare.filter": "slash,ctrl+s",
    "pane.step_back": "escape,ctrl+g",
    "dialog.close": "escape,n,q,ctrl+g",
    "reading.close": "escape,q,question_mark,ctrl+g",
    "sessions.close": "escape,ctrl+g",
    "jump.close": "escape,ctrl+g",
}
PRESETS: dict[str, dict[str, str]] = {"vim": _VIM, "emacs": _EMACS}

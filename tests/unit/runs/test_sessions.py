from __future__ import annotations

import pytest

from memisis_core.errors import InputError
from memisis_core.runs.session_state import SavedBlock, SessionState


def test_a_chat_comes_back_in_order(store, study):
    session = store.sessions.add("schizophrenia", "/data/schizophrenia.csv")
    plan_id = store.add_plan(study.plan, session_id=session.id)
    store.sessions.add_message(session.id, "person", "compare all three")
    store.sessions.add_message(session.id, "assistant", "this plan", plan_id=plan_id)
    messages = store.sessions.messages(session.id)
    assert [(m.role, m.text, m.plan_id) for m in messages] == [
        ("person", "compare all three", None),
        ("assistant", "this plan", plan_id),
    ]
    assert [m.text for m in store.sessions.messages(session.id, last=1)] == ["this plan"]


def test_the_session_last_worked_in_comes_first(store):
    first, second = store.sessions.add("one"), store.sessions.add("two")
    store.sessions.add_message(first.id, "person", "again")
    assert [s.id for s in store.sessions.all()] == [first.id, second.id]


def test_a_stopped_answer_is_taken_back(store):
    session = store.sessions.add("one")
    message = store.sessions.add_message(session.id, "assistant", "half an ans")
    store.sessions.remove_message(message.id)
    assert store.sessions.messages(session.id) == []


def test_a_session_is_renamed_and_deleted_with_its_messages(store, study):
    session = store.sessions.add("one")
    store.sessions.add_message(session.id, "person", "hello")
    assert store.sessions.rename(session.id, "study 1").title == "study 1"
    assert store.sessions.set_dataset(session.id, "/data/x.csv").dataset == "/data/x.csv"
    store.sessions.delete(session.id)
    with pytest.raises(InputError, match="there is no session"):
        store.sessions.get(session.id)
    assert store.sessions.messages(session.id) == []


def test_hostile_text_comes_back_as_it_was(store):
    session = store.sessions.add("one")
    text = "HbA1c [mmol/mol] [/] \x1b[31m ' ; DROP TABLE runs; 漢字"
    store.sessions.add_message(session.id, "person", text)
    assert store.sessions.messages(session.id)[0].text == text


def test_what_a_session_looked_like_comes_back_whole(store, study):
    session = store.sessions.add("one")
    assert store.sessions.state(session.id) is None
    state = SessionState(
        tab="metrics",
        marked=("r1", "r2"),
        blocks=(
            SavedBlock(kind="person", text="[/] \x1b[31m 漢字"),
            SavedBlock(kind="plan", plan=study.plan, condition="open"),
        ),
    )
    store.sessions.save_state(session.id, state)
    assert store.sessions.state(session.id) == state


def test_a_session_is_found_by_title_beginning_or_as_the_last_one(store):
    with pytest.raises(InputError, match="no session yet"):
        store.sessions.find()
    first, second = store.sessions.add("asthma"), store.sessions.add("asthma, second try")
    assert store.sessions.find().id == second.id
    assert store.sessions.find("asthma").id == first.id
    assert store.sessions.find("asthma, s").id == second.id
    assert store.sessions.find(first.id).id == first.id
    with pytest.raises(InputError, match="names 2 sessions"):
        store.sessions.find("ast")
    with pytest.raises(InputError, match="there is no session 'copd'"):
        store.sessions.find("copd")

"""Training on a tiny model: the loss falls, a killed run goes on where it stood, files appear."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file

from memisis_core.agent.training.base_model import AdaptedModel

pytest.importorskip("tokenizers", reason="training needs the extra [training]")

from memisis_core.agent.training.base_model import read_tokenizer
from memisis_core.agent.training.batches import UNSCORED, Example, examples, grouped
from memisis_core.agent.training.labels import END_OF_TURN, answer_line, prompt
from memisis_core.agent.training.requests import generate_requests
from memisis_core.agent.training.trainer import TrainingSettings, batch_loss, train
from memisis_core.errors import InputError
from memisis_core.secure_files import sha256_of

CPU = torch.device("cpu")
SMALL = TrainingSettings(seed=1, requests=12, rank=4, alpha=8, first_layer=1, tables=1)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_tokenizer_parses_special_tokens_and_splits_digits(tiny_base):
    tokenizer = read_tokenizer(tiny_base)
    ids = tokenizer.encode("<|im_start|>in 12").ids
    assert ids[0] == 1
    assert tokenizer.decode(ids, skip_special_tokens=False) == "<|im_start|>in 12"
    assert len(ids) == 1 + 1 + 1 + 2  # the special token, "in", the space, two digits


def test_an_untrained_adapter_changes_nothing(tiny_base):
    adapted = AdaptedModel(tiny_base, 4, 8, torch.float32)
    bare = AdaptedModel(tiny_base, 4, 8, torch.float32, first_layer=2)
    tokens = torch.tensor([[5, 9, 40, 7]])
    assert not list(bare.parameters())
    assert torch.allclose(adapted(tokens), bare(tokens), atol=1e-6)


def test_padding_to_the_right_does_not_change_what_stands_before(tiny_base):
    model = AdaptedModel(tiny_base, 4, 8, torch.float32)
    short, padded = torch.tensor([[5, 9, 40]]), torch.tensor([[5, 9, 40, 2, 2]])
    assert torch.allclose(model(short), model(padded)[:, :3], atol=1e-4)


def test_an_example_holds_the_tokens_of_whole_prompts_and_answers(tiny_base):
    tokenizer = read_tokenizer(tiny_base)
    found = examples(5, 60, tokenizer)
    packed = [example.shared + turn.tokens for example in found for turn in example.turns]
    for tokens, request in zip(packed, generate_requests(5, 60), strict=True):
        asked = tokenizer.encode(prompt(request.columns, request.text)).ids
        assert tokens == asked + tokenizer.encode(answer_line(request.answer) + END_OF_TURN).ids


def test_groups_hold_every_example_once_and_are_of_similar_length(tiny_base):
    found = examples(3, 90, read_tokenizer(tiny_base))
    groups = grouped(found, 2, seed=3)
    assert sorted(map(id, found)) == sorted(id(example) for group in groups for example in group)
    spans = [max(e.length for e in group) / min(e.length for e in group) for group in groups]
    assert sorted(spans)[len(spans) // 2] < 1.2


def test_requests_about_one_table_do_not_see_each_other(tiny_base):
    model = AdaptedModel(tiny_base, 4, 8, torch.float32)
    found = next(e for e in examples(3, 30, read_tokenizer(tiny_base)) if len(e.turns) == 3)
    together = batch_loss(model, [found], CPU)
    alone = [batch_loss(model, [Example(found.shared, (turn,))], CPU) for turn in found.turns]
    sizes = [sum(token != UNSCORED for token in turn.wanted) for turn in found.turns]
    mean = sum(loss * size for loss, size in zip(alone, sizes, strict=True)) / sum(sizes)
    assert together.item() == pytest.approx(mean.item(), abs=1e-4)


def test_every_matrix_of_the_adapter_is_trained(tiny_base):
    model = AdaptedModel(tiny_base, 4, 8, torch.float32)
    batch_loss(model, examples(1, 6, read_tokenizer(tiny_base))[:1], CPU).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def run(base: Path, out: Path, settings: TrainingSettings = SMALL) -> list[str]:
    said: list[str] = []
    train(base, out, settings, CPU, report=said.append)
    return said


def test_a_run_writes_adapter_card_and_merged_model(tiny_base, tmp_path):
    out = tmp_path / "out"
    run(tiny_base, out)
    card = json.loads((out / "planner.json").read_text())
    assert card["seed"] == 1
    assert card["requests"] == 12
    assert card["steps"] == len(examples(1, 12, read_tokenizer(tiny_base)))
    assert len(card["merged_sha256"]) == 64
    adapter = load_file(out / "planner.safetensors")
    assert {name.split(".")[1] for name in adapter} == {"1"}  # first_layer is 1
    assert all(matrix.dtype == "float16" for matrix in adapter.values())
    assert (out / "planner.safetensors").stat().st_mode & 0o777 == 0o600


def test_the_loss_falls(tiny_base):
    model = AdaptedModel(tiny_base, 8, 16, torch.float32)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    batch = examples(1, 6, read_tokenizer(tiny_base))[:1]
    losses = []
    for _ in range(25):
        loss = batch_loss(model, batch, CPU)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.5


def test_the_same_seed_gives_the_same_adapter(tiny_base, tmp_path):
    run(tiny_base, tmp_path / "one")
    run(tiny_base, tmp_path / "two")
    one, two = (load_file(tmp_path / name / "planner.safetensors") for name in ("one", "two"))
    assert all((one[name] == two[name]).all() for name in one)


def test_a_killed_run_goes_on_from_its_checkpoint(tiny_base, tmp_path, monkeypatch):
    from memisis_core.agent.training import trainer

    monkeypatch.setattr(trainer, "_CHECKPOINT_STEPS", 2)
    run(tiny_base, tmp_path / "whole")

    class Killed(Exception):
        pass

    taken = []
    learn = trainer._Run.learn

    def counted(self, batch, steps):
        if len(taken) == 3:
            raise Killed
        taken.append(1)
        learn(self, batch, steps)

    monkeypatch.setattr(trainer._Run, "learn", counted)
    with pytest.raises(Killed):
        run(tiny_base, tmp_path / "killed")
    monkeypatch.setattr(trainer._Run, "learn", learn)
    said = run(tiny_base, tmp_path / "killed")
    assert not any(line.startswith("step 1/") for line in said)
    whole, killed = (
        load_file(tmp_path / name / "planner.safetensors") for name in ("whole", "killed")
    )
    assert all((whole[name] == killed[name]).all() for name in whole)


def test_an_adapter_can_be_trained_further(tiny_base, tmp_path):
    run(tiny_base, tmp_path / "first")
    start = tmp_path / "first" / "planner.safetensors"
    more = TrainingSettings(
        seed=2, requests=6, rank=4, alpha=8, first_layer=1, tables=1, learning_rate=1e-9
    )
    train(tiny_base, tmp_path / "second", more, CPU, report=lambda _line: None, start=start)
    card = json.loads((tmp_path / "second" / "planner.json").read_text())
    assert card["continues"] == sha256_of(start)
    one, two = load_file(start), load_file(tmp_path / "second" / "planner.safetensors")
    assert all(abs(one[name] - two[name]).max() < 1e-4 for name in one)
    assert any(matrix.any() for name, matrix in one.items() if name.endswith("lora_b"))


def test_an_adapter_of_another_rank_is_refused(tiny_base, tmp_path):
    run(tiny_base, tmp_path / "first")
    start = tmp_path / "first" / "planner.safetensors"
    other = TrainingSettings(seed=2, requests=3, rank=8, alpha=16, first_layer=1, tables=1)
    with pytest.raises(InputError, match="rank"):
        train(tiny_base, tmp_path / "second", other, CPU, report=lambda _line: None, start=start)

"""The workbench's process imports the agent without the libraries that only children may load."""

import subprocess
import sys

HEAVY = {
    *("gpt4all", "gguf", "numpy", "pandas", "polars", "torch", "sdv", "sdmetrics", "sklearn"),
    *("fairlearn", "safetensors", "scipy", "numba"),
}
LIGHT = (
    *("conversation", "planner", "model_files", "installation", "explanation", "gpt4all_process"),
    *("replies", "facts", "dataset_answers"),
)


def test_no_heavy_library_is_loaded() -> None:
    names = ", ".join(f"memisis_core.agent.{name}" for name in LIGHT)
    code = f"import sys, {names}; print(*sorted(set(sys.modules) & set({sorted(HEAVY)!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_explaining_loads_none_either() -> None:
    code = (
        "import sys\n"
        "import memisis_core.evaluation.findings, memisis_core.evaluation.comparison\n"
        f"print(*sorted(set(sys.modules) & set({sorted(HEAVY)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

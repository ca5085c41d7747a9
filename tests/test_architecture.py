"""The house stands as CONTRIBUTING.md draws it; what linters cannot see is checked here."""

import ast
import importlib
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import spasmograph

REPOSITORY = Path(__file__).parents[1]
SOURCES = sorted((REPOSITORY / "src" / "spasmograph").rglob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
HEAVY = {"ai_edge_litert", "av", "cv2", "jinja2", "pandas", "pyarrow", "rich", "scipy", "typst", "xarray"}
MOST_LINES_IN_A_FILE = 500
MOST_LINES_IN_A_FUNCTION = 40
MOST_PUBLIC_NAMES = 30


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after some code."""
    program = f"import sys\ntry:\n {code}\nfinally:\n print('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_layers_hold() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([lint_imports, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_file_is_too_long(source: Path) -> None:
    assert len(source.read_text("utf-8").splitlines()) <= MOST_LINES_IN_A_FILE


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_function_is_too_long(source: Path) -> None:
    functions = [node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert [f"{function.name}: {body_lines(function)}" for function in functions if body_lines(function) > MOST_LINES_IN_A_FUNCTION] == []


@pytest.mark.parametrize("test", TESTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_test_waits_for_a_process_without_a_limit(test: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(test.read_text("utf-8"))) if isinstance(node, ast.Call)]
    waiting = [call for call in calls if ast.unparse(call.func) == "subprocess.run" or ast.unparse(call.func).endswith(".communicate")]

    assert [f"line {call.lineno}" for call in waiting if "timeout" not in {keyword.arg for keyword in call.keywords}] == []


def test_public_names_are_few_sorted_and_there() -> None:
    assert len(spasmograph.__all__) <= MOST_PUBLIC_NAMES
    assert spasmograph.__all__ == sorted(spasmograph.__all__) == dir(spasmograph)
    for name in spasmograph.__all__:
        assert getattr(spasmograph, name) is not None


def test_public_names_come_from_where_the_type_checker_sees_them() -> None:
    tree = ast.parse(Path(spasmograph.__file__).read_text("utf-8"))
    typed = {(node.module, name.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}

    for module, name in typed - {("importlib", "import_module"), ("typing", "TYPE_CHECKING")}:
        assert getattr(spasmograph, name) is getattr(importlib.import_module(str(module)), name)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'spasmograph' has no attribute 'analyse_video'"):
        spasmograph.analyse_video  # type: ignore[attr-defined] # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert modules_after("import spasmograph") & (HEAVY | {"numpy"}) == set()


def test_help_loads_nothing_heavy() -> None:
    loaded = modules_after("from spasmograph.cli import main; sys.argv = ['spasmograph', '--help']; main()")

    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_version_is_the_installed_one() -> None:
    from importlib.metadata import version

    assert version("spasmograph") == spasmograph.__version__


def test_types_are_published() -> None:
    assert files("spasmograph").joinpath("py.typed").is_file()

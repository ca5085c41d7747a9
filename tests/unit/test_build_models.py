"""The landmark models: the right files, cut at the right places."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import build_models
from build_models import DETECTOR_FILE, MANIFEST, PARTS, REGIONS, TARGET, BuildError, cut, parse, sha256, verified


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((TARGET / MANIFEST).read_text("utf-8"))
    return loaded


def part_bytes(name: str) -> bytes:
    return (TARGET / name).read_bytes()


def run(data: bytes, value: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(output["index"]) for output in interpreter.get_output_details()]


def test_every_model_has_the_hash_in_the_manifest(manifest: dict[str, Any]) -> None:
    assert {name: sha256(part_bytes(name)) for name in manifest["models"]} == build_models.expected_files()


def test_detector_is_the_published_file_unchanged(manifest: dict[str, Any]) -> None:
    assert manifest["models"][DETECTOR_FILE]["sha256"] == manifest["origin"]["files"][build_models.DETECTOR]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.file)
def test_part_runs_and_gives_what_the_manifest_says(part: build_models.Part, manifest: dict[str, Any]) -> None:
    entry = manifest["models"][part.file]
    value = np.random.default_rng(1).random(entry["input_shape"], dtype=np.float32)

    outputs = run(part_bytes(part.file), value)

    assert [list(output.shape) for output in outputs] == [output["shape"] for output in entry["outputs"]]
    assert all(np.isfinite(output).all() for output in outputs)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.file)
def test_part_has_no_operator_that_litert_lacks(part: build_models.Part) -> None:
    assert not any(code.customCode for code in parse(part_bytes(part.file)).operatorCodes)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.file)
def test_cutting_a_part_at_its_own_ends_gives_the_same_bytes(part: build_models.Part) -> None:
    data = part_bytes(part.file)
    graph = parse(data).subgraphs[0]

    assert cut(data, int(graph.inputs[0]), [int(i) for i in graph.outputs]) == data


def test_cut_gives_the_same_numbers_as_the_whole() -> None:
    whole = part_bytes("eye_left.tflite")
    graph = parse(whole).subgraphs[0]
    value = np.random.default_rng(2).random((1, 16, 16, 32), dtype=np.float32)

    (iris,) = run(cut(whole, int(graph.inputs[0]), [int(graph.outputs[1])]), value)

    np.testing.assert_array_equal(iris, run(whole, value)[1])


def test_cut_drops_what_the_wanted_output_does_not_need() -> None:
    whole = part_bytes("eye_left.tflite")
    graph = parse(whole).subgraphs[0]

    iris = parse(cut(whole, int(graph.inputs[0]), [int(graph.outputs[1])])).subgraphs[0]

    assert len(iris.operators) < len(graph.operators)
    assert len(iris.tensors) < len(graph.tensors)


def test_cut_refuses_an_operator_of_mediapipe_alone() -> None:
    model = parse(part_bytes("lips.tflite"))
    graph = model.subgraphs[0]
    model.operatorCodes[graph.operators[-1].opcodeIndex].customCode = b"TransformLandmarks"
    data = build_models.pack(model)

    with pytest.raises(BuildError, match="operators that LiteRT does not have: TransformLandmarks"):
        cut(data, int(graph.inputs[0]), [int(i) for i in graph.outputs])


def test_left_and_right_eye_are_two_models_of_one_shape() -> None:
    right, left = (parse(part_bytes(f"eye_{side}.tflite")).subgraphs[0] for side in ("right", "left"))

    assert sorted(list(t.shape) for t in right.tensors) == sorted(list(t.shape) for t in left.tensors)
    assert part_bytes("eye_right.tflite") != part_bytes("eye_left.tflite")


@pytest.mark.parametrize(
    ("region", "corners", "points"),
    [("lips", (61, 291), 80), ("eye_right", (33, 133), 71), ("eye_left", (362, 263), 71)],
)
def test_region_turns_about_its_corners_and_names_each_point_once(
    region: str, corners: tuple[int, int], points: int, manifest: dict[str, Any]
) -> None:
    entry = manifest["regions"][region]

    assert (entry["left_rotation_idx"], entry["right_rotation_idx"]) == corners
    assert set(corners) <= set(entry["subset_idxs"])
    assert len(set(entry["subset_idxs"])) == len(entry["subset_idxs"]) == points
    assert set(entry["subset_idxs"]) <= set(range(468))


def test_either_eye_starts_at_its_outer_corner_and_has_the_inner_one_at_eight(manifest: dict[str, Any]) -> None:
    right, left = (manifest["regions"][f"eye_{side}"]["subset_idxs"] for side in ("right", "left"))

    assert (right[0], right[8]) == (33, 133)
    assert (left[0], left[8]) == (263, 362)


def test_iris_points_follow_the_mesh_right_eye_first(manifest: dict[str, Any]) -> None:
    assert [manifest["regions"][region.name]["iris_idxs"] for region in REGIONS] == [[], list(range(468, 473)), list(range(473, 478))]


def test_wrong_hash_is_told_with_both_hashes() -> None:
    with pytest.raises(BuildError, match=f"{sha256(b'other')}, expected {sha256(b'right')}"):
        verified(b"other", sha256(b"right"), "lips.tflite")


def test_right_hash_lets_the_bytes_through() -> None:
    assert verified(b"right", sha256(b"right"), "lips.tflite") == b"right"


def test_complete_folder_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> None:
        pytest.fail(f"models made again in {folder}")

    monkeypatch.setattr(build_models, "make_models", fail)
    build_models.main()

    assert build_models.is_complete(TARGET)


@pytest.mark.parametrize("damage", ["missing", "changed", "manifest missing", "manifest of another version"])
def test_damaged_folder_is_not_complete(damage: str, tmp_path: Path) -> None:
    for file in TARGET.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    match damage:
        case "missing":
            (tmp_path / "lips.tflite").unlink()
        case "changed":
            (tmp_path / "lips.tflite").write_bytes(b"x")
        case "manifest missing":
            (tmp_path / MANIFEST).unlink()
        case _:
            (tmp_path / MANIFEST).write_text('{"schema_version": "0"}')

    assert not build_models.is_complete(tmp_path)


def test_wheel_of_another_content_stops_the_build_and_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def download(command: list[str], **_: object) -> Any:
        with zipfile.ZipFile(Path(command[command.index("--dest") + 1]) / "mediapipe-0.10.21.whl", "w") as archive:
            archive.writestr("a", "b")
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(subprocess, "run", download)

    with pytest.raises(BuildError, match=f"expected {build_models.WHEEL_SHA256}"):
        build_models.make_models(tmp_path / "models")
    assert list(tmp_path.iterdir()) == []


def test_index_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: type("Done", (), {"returncode": 1}))
    monkeypatch.setattr(build_models, "TARGET", tmp_path / "models")

    with pytest.raises(SystemExit, match=r"could not be fetched.*is a package index reachable"):
        build_models.main()

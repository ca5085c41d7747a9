"""Makes the landmark models that Spasmograph runs, out of the files that MediaPipe published.

The attention mesh has three kinds of operator that LiteRT does not know. They sit on clean seams, so the graph is cut there into four plain
models and the seams are computed by the package. Nothing is retrained or rounded: every weight is the published one.

Run by the build hook at install; by hand: `python build_models.py` (needs ai-edge-litert and pip).
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHEEL = "mediapipe==0.10.21"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
# Only data is taken from the wheel, so one platform's file serves every machine and every Python.
WHEEL_TAGS = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")

DETECTOR = "mediapipe/modules/face_detection/face_detection_short_range.tflite"
ATTENTION = "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite"
SOURCE_SHA256 = {
    DETECTOR: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ATTENTION: "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
}

TARGET = Path(__file__).parent / "src" / "spasmograph" / "data" / "models"
MANIFEST = "manifest.json"
MANIFEST_VERSION = "1"

MESH_POINTS = 468
IRIS_POINTS = 5


class BuildError(RuntimeError):
    """The landmark models cannot be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One plain model: its file, the attention mesh's tensors between which it lies, and the hash that it must come out with."""

    file: str
    source: int
    outputs: Mapping[str, int]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part that reads its own crop: `crop` is the tensor of its transform, `iris` its first iris point in the 478-point mesh."""

    name: str
    crop: int
    iris: int | None = None


PARTS = (
    Part(
        file="mesh_base.tflite",
        source=0,
        outputs={"features": 35, "mesh": 187, "face_flag": 710},
        sha256="f16165acf4b64ff1f443cdaaeedcd0dca5e4130fa1c4b56dbfb020f7bdff888e",
    ),
    Part(
        file="lips.tflite",
        source=199,
        outputs={"points": 697},
        sha256="a20e6fde80a702d84a269e994e50a3939ccb7315a0a7707d8f8d78436ed4f4f9",
    ),
    Part(
        file="eye_right.tflite",
        source=200,
        outputs={"points": 700, "iris": 703},
        sha256="41e1c9b99be71021e2bb1a249cd9e42251ca4899f165cd5b85af32ce6275ee61",
    ),
    Part(
        file="eye_left.tflite",
        source=201,
        outputs={"points": 704, "iris": 707},
        sha256="e95505d33cf2f4a30e2fbb7daae9bd32a6f8173362e36ae500c91a108130bd13",
    ),
)
DETECTOR_FILE = "face_detection.tflite"

REGIONS = (
    Region(name="lips", crop=196),
    Region(name="eye_right", crop=197, iris=MESH_POINTS),
    Region(name="eye_left", crop=198, iris=MESH_POINTS + IRIS_POINTS),
)


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def verified(data: bytes, expected: str, what: str) -> bytes:
    """The same bytes, if they have the expected hash.

    Raises:
        BuildError: they have another one; the message gives both.
    """
    found = sha256(data)
    if found != expected:
        msg = f"{what} is not the expected file: its SHA-256 is {found}, expected {expected}. Nothing was written."
        raise BuildError(msg)
    return data


def expected_files() -> dict[str, str]:
    """Every model file with the hash that it must have."""
    return {DETECTOR_FILE: SOURCE_SHA256[DETECTOR], **{part.file: part.sha256 for part in PARTS}}


def is_complete(folder: Path) -> bool:
    """Whether every model file and a manifest of this version are there, each with its hash."""
    manifest = folder / MANIFEST
    if not manifest.is_file() or json.loads(manifest.read_text("utf-8")).get("schema_version") != MANIFEST_VERSION:
        return False
    return all((folder / name).is_file() and sha256((folder / name).read_bytes()) == digest for name, digest in expected_files().items())


def download_sources() -> dict[str, bytes]:
    """Fetch the published wheel from the package index that pip is set to, and take the model files out of it.

    Raises:
        BuildError: pip could not fetch it, or a hash differs.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps", "--only-binary=:all:", *WHEEL_TAGS, "--dest", folder, "--quiet"]
        if subprocess.run(command, check=False).returncode != 0:
            msg = f"{WHEEL} could not be fetched, so the landmark models cannot be made; is a package index reachable with pip?"
            raise BuildError(msg)
        (wheel,) = Path(folder).glob("*.whl")
        verified(wheel.read_bytes(), WHEEL_SHA256, wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            return {name: verified(archive.read(name), digest, name) for name, digest in SOURCE_SHA256.items()}


def parse(data: bytes) -> Any:
    """A model file as the object tree of the TensorFlow Lite schema."""
    from ai_edge_litert import schema_py_generated as schema

    return schema.ModelT.InitFromPackedBuf(data, 0)


def pack(model: Any) -> bytes:
    """The object tree as a model file."""
    import flatbuffers

    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def needed_operators(graph: Any, source: int, outputs: Iterable[int]) -> list[Any]:
    """The operators that lead from the source tensor to the outputs, in the graph's own order."""
    wanted = set(outputs)
    kept = []
    for operator in reversed(graph.operators):
        if wanted.intersection(map(int, operator.outputs)):
            kept.append(operator)
            wanted.update(int(i) for i in operator.inputs if i not in {-1, source})
    return kept[::-1]


def cut(data: bytes, source: int, outputs: Iterable[int]) -> bytes:
    """The part of a model between one tensor and some others, as a model of its own.

    Tensors, buffers and operator codes are renumbered in their old order; metadata and signatures are dropped. The same input gives the same bytes.

    Raises:
        BuildError: the part needs an operator that only MediaPipe's runtime has.
    """
    model = parse(data)
    outputs = list(outputs)
    graph = model.subgraphs[0]
    graph.operators = needed_operators(graph, source, outputs)
    _refuse_custom(model)
    _renumber_tensors(graph, source, outputs)
    _renumber_codes(model)
    _renumber_buffers(model)
    model.metadata = model.metadataBuffer = model.signatureDefs = None
    return pack(model)


def _refuse_custom(model: Any) -> None:
    custom = {code.customCode for op in model.subgraphs[0].operators if (code := model.operatorCodes[op.opcodeIndex]).customCode}
    if custom:
        msg = f"the part still needs operators that LiteRT does not have: {', '.join(sorted(name.decode() for name in custom))}"
        raise BuildError(msg)


def _renumber_tensors(graph: Any, source: int, outputs: list[int]) -> None:
    used = {source, *outputs}.union(*({int(i) for i in (*op.inputs, *op.outputs)} for op in graph.operators)) - {-1}
    new = {-1: -1} | {old: index for index, old in enumerate(sorted(used))}
    graph.tensors = [graph.tensors[old] for old in sorted(used)]
    for operator in graph.operators:
        operator.inputs = [new[int(i)] for i in operator.inputs]
        operator.outputs = [new[int(i)] for i in operator.outputs]
    graph.inputs, graph.outputs = [new[source]], [new[i] for i in outputs]


def _renumber_codes(model: Any) -> None:
    operators = model.subgraphs[0].operators
    used = sorted({op.opcodeIndex for op in operators})
    model.operatorCodes = [model.operatorCodes[old] for old in used]
    for operator in operators:
        operator.opcodeIndex = used.index(operator.opcodeIndex)


def _renumber_buffers(model: Any) -> None:
    # Buffer 0 is the empty one by the format's convention, whether a tensor names it or not.
    tensors = model.subgraphs[0].tensors
    used = sorted({0, *(int(tensor.buffer) for tensor in tensors)})
    model.buffers = [model.buffers[old] for old in used]
    for tensor in tensors:
        tensor.buffer = used.index(int(tensor.buffer))


def region_entry(model: Any, region: Region) -> dict[str, Any]:
    """What the runtime must know of one region's crop, read out of the options of the operator that made it.

    The head's points come in the order of `subset_idxs`, which are indices into the 468-point mesh; the iris points are appended to it.
    """
    from flatbuffers import flexbuffers

    operator = next(op for op in model.subgraphs[0].operators if region.crop in op.outputs)
    options: dict[str, Any] = flexbuffers.Loads(bytes(operator.customOptions))
    iris = [] if region.iris is None else list(range(region.iris, region.iris + IRIS_POINTS))
    return {**options, "iris_idxs": iris}


def part_entry(data: bytes, part: Part) -> dict[str, Any]:
    """What one part is: its hash, and the shapes of its input and of its outputs in order."""
    model = parse(data)
    graph = model.subgraphs[0]
    shapes = [[int(n) for n in graph.tensors[i].shape] for i in (*graph.inputs, *graph.outputs)]
    outputs = [{"name": name, "shape": shape} for name, shape in zip(part.outputs, shapes[1:], strict=True)]
    return {"sha256": sha256(data), "input_shape": shapes[0], "outputs": outputs}


def manifest_text(attention: bytes, parts: Mapping[str, bytes]) -> str:
    """The manifest: where the models come from, what they are, and how the seams between them are computed."""
    model = parse(attention)
    entries = {DETECTOR_FILE: {"sha256": SOURCE_SHA256[DETECTOR]}} | {part.file: part_entry(parts[part.file], part) for part in PARTS}
    manifest = {
        "schema_version": MANIFEST_VERSION,
        "origin": {"package": WHEEL, "sha256": WHEEL_SHA256, "licence": "Apache-2.0", "files": SOURCE_SHA256},
        "models": entries,
        "regions": {region.name: region_entry(model, region) for region in REGIONS},
    }
    return json.dumps(manifest, indent=1) + "\n"


def make_models(folder: Path) -> None:
    """Fetch, check, cut and write the models; a file appears whole or not at all.

    Raises:
        BuildError: the published files could not be had, or a hash differs.
    """
    sources = download_sources()
    parts = {part.file: cut(sources[ATTENTION], part.source, part.outputs.values()) for part in PARTS}
    files = {DETECTOR_FILE: sources[DETECTOR], **parts}
    for name, digest in expected_files().items():
        verified(files[name], digest, name)
    folder.mkdir(parents=True, exist_ok=True)
    files[MANIFEST] = manifest_text(sources[ATTENTION], parts).encode()
    for name, data in files.items():
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(data)
        unfinished.replace(folder / name)


def main() -> None:
    """Make the models unless they are there already."""
    if is_complete(TARGET):
        return
    try:
        make_models(TARGET)
    except BuildError as error:
        sys.exit(f"build_models: {error}")


if __name__ == "__main__":
    main()

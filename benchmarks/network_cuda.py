"""The network on the GPU: time, and the same mesh as on the CPU: ``python -m benchmarks.network_cuda [--images DIR]``.

Prints a table, also into benchmarks/results/network_cuda.txt. Fails if ONNX Runtime fell back to another provider.
Times are of one picture: with its arrays on the GPU, and with the copies from and to the host. Meshes are those of
`importer.reconstruct.surface`, one from each provider's outputs; differences are parts of the mesh's longest side.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image
from scipy.spatial import KDTree

from importer.profile.schema import Reconstruct
from importer.reconstruct.contract import KEY, parse
from importer.reconstruct.frustum import orbit_camera
from importer.reconstruct.predict import network_input, square_crop
from importer.reconstruct.surface import surface
from importer.records import Camera, Mesh, Prediction, View

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "importer" / "reconstruct" / "models" / "default.onnx"
RESULT = ROOT / "benchmarks" / "results" / "network_cuda.txt"
CUDA = "CUDAExecutionProvider"
WARM_UP, RUNS = 10, 100


def cuda_session(model: Path) -> ort.InferenceSession:
    """Open the model on the GPU; raise SystemExit if it would run elsewhere."""
    with contextlib.suppress(ImportError):
        import torch  # noqa: F401 - brings the CUDA libraries that preload_dlls looks for
    ort.preload_dlls()
    session = ort.InferenceSession(str(model), providers=[CUDA])
    if session.get_providers()[0] != CUDA:
        raise SystemExit(f"the session runs on {session.get_providers()}, not on {CUDA}")
    return session


def milliseconds(run, runs: int = RUNS) -> tuple[float, float]:
    """Return the median and the 90th percentile of `runs` calls."""
    for _ in range(WARM_UP):
        run()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), sorted(times)[int(0.9 * len(times))]


def on_device(session: ort.InferenceSession, image: np.ndarray):
    """Return a function that runs the network on an image that lies on the GPU and leaves the outputs there."""
    binding = session.io_binding()
    binding.bind_ortvalue_input("image", ort.OrtValue.ortvalue_from_numpy(image, "cuda", 0))
    for output in session.get_outputs():
        binding.bind_output(output.name, "cuda")

    def run() -> None:
        session.run_with_iobinding(binding)
        binding.synchronize_outputs()

    return run


def mesh_of(outputs: dict[str, np.ndarray], square: np.ndarray, camera: Camera, depth_range: float) -> Mesh:
    """Return the mesh of one provider's outputs."""
    half = {k: np.clip(v[0], -20, 20).astype(np.float16) for k, v in outputs.items() if k != "camera"}
    prediction = Prediction(
        logits=half["occupancy"], color=half["color"], depth=half["depth"], normal=half["normal"],
        albedo=half["albedo"], view=View(square, camera), depth_range=depth_range, model={},
    )  # fmt: skip
    return surface(prediction, Reconstruct())


def difference(a: Mesh, b: Mesh) -> tuple[float, float, float]:
    """Return how far two meshes differ in bounding box and mean distance, parts of the longest side, and in volume."""
    size = float((a.vertices.max(0) - a.vertices.min(0)).max())
    box = max(np.abs(f(a.vertices, axis=0) - f(b.vertices, axis=0)).max() for f in (np.min, np.max)) / size
    distance = [KDTree(p.vertices).query(q.vertices, workers=-1)[0].mean() for p, q in ((a, b), (b, a))]
    volume = [np.einsum("ij,ij->", np.cross(p[:, 0], p[:, 1]), p[:, 2]) for p in (m.vertices[m.faces] for m in (a, b))]
    return float(box), float(max(distance)) / size, float(abs(volume[0] - volume[1]) / abs(volume[0]))


def compare(cuda: ort.InferenceSession, cpu: ort.InferenceSession, images: Path, lines: list[str]) -> bool:
    """Add a row for each picture with alpha; return whether every figure stays within 1 %."""
    contract = parse(cuda.get_modelmeta().custom_metadata_map[KEY], str(MODEL))
    names = [o.name for o in cuda.get_outputs()]
    lines.append(f"{'picture':32}{'bounding box':>14}{'mean distance':>15}{'volume':>9}")
    good = True
    for path in sorted(images.glob("*.png")):
        picture = Image.open(path)
        if "A" not in picture.getbands():
            continue
        square = square_crop(np.asarray(picture.convert("RGBA")), contract.crop_ratio)
        image = network_input(square, contract)
        meshes = []
        for session in (cuda, cpu):
            outputs = {k: np.asarray(v) for k, v in zip(names, session.run(names, {"image": image}), strict=True)}
            elevation, tan_half = (float(v) for v in outputs["camera"][0])
            meshes.append(mesh_of(outputs, square, orbit_camera(elevation, tan_half), contract.depth_range))
        box, distance, volume = difference(*meshes)
        good &= max(box, distance, volume) <= 0.01
        lines.append(f"{path.stem:32}{box:14.4%}{distance:15.4%}{volume:9.4%}")
    return good


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--images", type=Path, default=ROOT.parent / "shared" / "images", help="folder of PNGs with alpha"
    )
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    cuda = cuda_session(options.model)
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    gpu = subprocess.run(query, capture_output=True, text=True).stdout.strip()
    lines = [f"{gpu}; onnxruntime {ort.__version__}; providers {cuda.get_providers()}", f"model {options.model.name}"]
    image = np.random.default_rng(0).random((1, 4, 256, 256), np.float32)
    for what, run in (
        ("arrays on the GPU", on_device(cuda, image)),
        ("with host copies", lambda: cuda.run(None, {"image": image})),
    ):
        median, slow = milliseconds(run)
        lines.append(f"{what:20} median {median:6.2f} ms, 90 % under {slow:6.2f} ms, {RUNS} runs")
    cpu = ort.InferenceSession(str(options.model), providers=["CPUExecutionProvider"])
    good = compare(cuda, cpu, options.images, lines)
    lines.append("every difference is within 1 %" if good else "SOME DIFFERENCE IS ABOVE 1 %")
    print("\n".join(lines))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

"""The shipped networks on the GPU: ``python -m benchmarks.network_cuda [--images DIR] [--average average.pt]``.

For each graph: the provider and every node's place, agreement with the CPU, the time of one picture and pictures a
second with arrays kept on the GPU, beside the same network in PyTorch and beside what the arithmetic alone would take
at this GPU's measured speed; all in one run. The table goes to benchmarks/results/network_cuda.txt. Fails if a provider
fell back, or if volume or mesh differ from the CPU's by more than 1 %. ``--device cpu`` tries the script out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image
from scipy.spatial import KDTree

from benchmarks.onnx_graph import gigaflops, placement
from importer.profile.schema import Reconstruct
from importer.reconstruct.contract import KEY, parse
from importer.reconstruct.frustum import orbit_camera
from importer.reconstruct.predict import network_input, square_crop
from importer.reconstruct.surface import surface
from importer.records import Camera, Mesh, Prediction, View

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "importer" / "reconstruct" / "models" / "default.onnx"
MATTING = ROOT / "importer" / "matte" / "models" / "matting.onnx"
RESULT = ROOT / "benchmarks" / "results" / "network_cuda.txt"
OPTIONS = {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"}  # as importer.reconstruct.session
LOGITS, MESH = 1e-2, 1e-2  # largest differences: of the range of the logits, of the mesh's size
AT_ONCE = 4  # threads in the measurement of pictures a second


class Report(list[str]):
    """Lines of the table; `good` is False once a figure is out of bounds."""

    good = True

    def check(self, what: str, value: float, bound: float) -> None:
        """Add a figure that must not exceed its bound."""
        fits = value <= bound
        self.good &= fits
        self.append(f"{what:58}{value:12.5%}  {'within' if fits else 'ABOVE'} {bound:.0%}")


class Graph:
    """An ONNX file on the device and on the CPU."""

    def __init__(self, path: Path, device: str) -> None:
        self.path, self.device = path, device
        wanted = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
        self.providers = [(wanted, OPTIONS)] if device == "cuda" else [wanted]
        self.session = ort.InferenceSession(str(path), providers=self.providers)
        if self.session.get_providers()[0] != wanted:
            raise SystemExit(f"{path.name} runs on {self.session.get_providers()}, not on {wanted}")
        self.cpu = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self.names = [o.name for o in self.session.get_outputs()]
        self.shape = self.session.get_inputs()[0].shape

    def image(self) -> np.ndarray:
        """Return a random input."""
        return np.random.default_rng(0).random(self.shape, np.float32)

    def run(self, session: ort.InferenceSession, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the outputs by name."""
        found = session.run(self.names, {"image": image})
        return {k: np.asarray(v) for k, v in zip(self.names, found, strict=True)}

    def bound(self, image: np.ndarray) -> Callable[[], None]:
        """Return a function that runs the network on an image that lies on the device and leaves the outputs there."""
        binding = self.session.io_binding()
        binding.bind_ortvalue_input("image", ort.OrtValue.ortvalue_from_numpy(image, self.device, 0))
        for name in self.names:
            binding.bind_output(name, self.device)

        def run() -> None:
            self.session.run_with_iobinding(binding)
            binding.synchronize_outputs()

        return run


def milliseconds(run: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median and the 90th percentile of `runs` calls."""
    for _ in range(max(runs // 10, 1)):
        run()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), sorted(times)[int(0.9 * len(times))]


def a_second(make: Callable[[], Callable[[], None]], runs: int) -> float:
    """Return calls a second of `AT_ONCE` threads, each with a function of its own."""
    calls = [make() for _ in range(AT_ONCE)]
    for call in calls:
        call()

    def work(call: Callable[[], None]) -> None:
        for _ in range(runs):
            call()

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return AT_ONCE * runs / (time.perf_counter() - began)


def timing(what: str, median: float, slow: float, batch: int) -> str:
    """Return a line of the table, for times in milliseconds of `batch` pictures."""
    rate = 1000 * batch / median
    return f"  {what:38} median {median:8.2f} ms, 90 % under {slow:8.2f} ms, {rate:8.1f} pictures/s"


def times(graph: Graph, runs: int, report: Report) -> None:
    """Add latency and throughput of ONNX Runtime."""
    image = graph.image()
    for what, run in (
        ("arrays on the device (I/O binding)", graph.bound(image)),
        ("with copies from and to the host", lambda: graph.run(graph.session, image)),
    ):
        median, slow = milliseconds(run, runs)
        report.append(timing(what, median, slow, 1))
    rate = a_second(lambda: graph.bound(image), runs)
    report.append(f"  {f'arrays on the device, {AT_ONCE} threads at once':38}{'':46}{rate:8.1f} pictures/s")


def places(graph: Graph, report: Report) -> None:
    """Add where the nodes run; those that are not on the device by name."""
    found = placement(graph.path, graph.providers, {"image": graph.image()})
    for provider in sorted({provider for provider, _ in found}):
        operators = {op: n for (where, op), n in sorted(found.items()) if where == provider}
        names = ", ".join(f"{op} {n}" for op, n in operators.items())
        report.append(f"  {sum(operators.values())} nodes on {provider}: {names}")


def eager(graph: Graph, average: Path | None, runs: int, report: Report) -> None:
    """Add the same network in PyTorch, at batch 1 and in batches, with the graph's arithmetic and with the fast one."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from training.blend import Blend, Shipped
    from training.export import load_average
    from training.network import Network

    # Its weights do not matter for the time.
    network = Shipped(load_average(average) if average else Network(), Blend()).eval().to(graph.device)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(graph.shape, device=graph.device))
    work, wanted = counter.get_total_flops() / 1e9, gigaflops(graph.path)
    if abs(work / wanted - 1) > 0.02:
        report.append(f"  PyTorch left out: the code's network has {work:.0f} GFLOP, the file's {wanted:.0f}")
        return
    for precision in ("highest", "high"):
        torch.set_float32_matmul_precision(precision)
        torch.backends.cudnn.allow_tf32 = precision == "high"
        for batch in (1, 16) if graph.device == "cuda" else (1,):
            image = torch.rand(batch, *graph.shape[1:], device=graph.device)
            median, slow = milliseconds(lambda image=image: torch_run(network, image), max(runs // batch, 1))
            name = f"PyTorch eager, {'TF32' if precision == 'high' else 'float32'}, batch {batch}"
            report.append(timing(name, median, slow, batch))


def torch_run(network, image) -> None:
    """Run a network and wait for it."""
    import torch

    with torch.no_grad():
        network(image)
    if image.is_cuda:
        torch.cuda.synchronize()


def limits(graph: Graph, report: Report) -> None:
    """Add the time that the graph's arithmetic takes at the speed that a large matrix product reaches here."""
    import torch

    work = gigaflops(graph.path)
    size = 8192 if graph.device == "cuda" else 1024
    for precision, dtype in (("highest", torch.float32), ("high", torch.float32), ("highest", torch.bfloat16)):
        torch.set_float32_matmul_precision(precision)
        a = torch.randn(size, size, device=graph.device, dtype=dtype)

        def product(a=a) -> None:
            torch.matmul(a, a)
            if a.is_cuda:
                torch.cuda.synchronize()

        speed = 2 * size**3 / (milliseconds(product, 10)[0] * 1e9)  # TFLOP/s
        name = "bfloat16" if dtype == torch.bfloat16 else "TF32" if precision == "high" else "float32"
        limit = work / speed
        report.append(f"  arithmetic limit, {name:22} {limit:15.2f} ms ({work:.1f} GFLOP at {speed:.1f} TFLOP/s)")


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


def compare(graph: Graph, images: Path, report: Report) -> None:
    """Add, for each picture with alpha, how far volume and mesh are from the CPU's."""
    contract = parse(graph.session.get_modelmeta().custom_metadata_map[KEY], str(graph.path))
    for path in sorted(images.glob("*.png")):
        picture = Image.open(path)
        if "A" not in picture.getbands():
            continue
        square = square_crop(np.asarray(picture.convert("RGBA")), contract.crop_ratio)
        image = network_input(square, contract)
        found, wanted = (graph.run(session, image) for session in (graph.session, graph.cpu))
        logits = wanted["occupancy"]
        off = float(np.abs(found["occupancy"] - logits).max() / np.ptp(logits))
        report.check(f"  {path.stem}: logits, part of their range", off, LOGITS)
        meshes = []
        for outputs in (found, wanted):
            elevation, tan_half = (float(v) for v in outputs["camera"][0, :2])
            meshes.append(mesh_of(outputs, square, orbit_camera(elevation, tan_half), contract.depth_range))
        for what, value in zip(("bounding box", "mean distance", "volume"), difference(*meshes), strict=True):
            report.check(f"  {path.stem}: {what} of the mesh", value, MESH)


def machine(device: str) -> str:
    """Return what ran this."""
    name = platform.processor() or platform.machine()
    if device == "cuda":
        query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        name = subprocess.run(query, capture_output=True, text=True).stdout.strip()
    return f"{name}; onnxruntime {ort.__version__}"


def measure(options: argparse.Namespace) -> Report:
    """Return the whole table."""
    report = Report([machine(options.device)])
    graph = Graph(options.model, options.device)
    contract = json.loads(graph.session.get_modelmeta().custom_metadata_map[KEY])
    commit = contract.get("provenance", {}).get("commit", "unknown")
    report.append(f"\n{options.model.name}: {contract['name']}, made at commit {commit}")
    places(graph, report)
    times(graph, options.runs, report)
    eager(graph, options.average, options.runs, report)
    limits(graph, report)
    report.append("\nagainst the CPU")
    compare(graph, options.images, report)
    if options.matting.exists():
        small = Graph(options.matting, options.device)
        report.append(f"\n{options.matting.name}: background network")
        places(small, report)
        times(small, options.runs, report)
        limits(small, report)
        image = small.image()
        found, wanted = (small.run(session, image)["alpha"] for session in (small.session, small.cpu))
        report.check("  opacity against the CPU, largest difference", float(np.abs(found - wanted).max()), LOGITS)
    report.append("\nevery difference is within bounds" if report.good else "\nSOME DIFFERENCE IS OUT OF BOUNDS")
    return report


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    images = ROOT.parent / "shared" / "images"
    parser.add_argument("--images", type=Path, default=images, help="folder of PNGs with alpha")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--matting", type=Path, default=MATTING)
    parser.add_argument("--average", type=Path, help="average.pt of a run, for PyTorch (random weights)")
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    if options.device == "cuda":
        with contextlib.suppress(ImportError):
            import torch  # noqa: F401 - brings the CUDA libraries that preload_dlls looks for
        ort.preload_dlls()
    report = measure(options)
    print("\n".join(report))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(report) + "\n", encoding="utf-8")
    sys.exit(0 if report.good else 1)


if __name__ == "__main__":
    main()

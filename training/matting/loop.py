"""The training loop of the matting network: renders lie over procedural backgrounds, anew in every step.

So no picture is seen twice. Training begins with the first renders and goes on while the others come.
"""

from __future__ import annotations

import copy
import json
import math
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.corpus import Source, list_records
from training.matting.compose import compose
from training.matting.network import CHANNELS, SIZE, TINY, Matting
from training.matting.renders import draw
from training.scenes import PLAIN, Variety

VALIDATION = 128  # pictures
_SEED_VALIDATION = 1234


@dataclass(frozen=True)
class Settings:
    """One run. ``minutes`` counts rendering too; ``limit`` takes about so many records (0: all)."""

    corpus: str
    out: str
    minutes: float
    batch: int = 96
    rate: float = 1.5e-3
    views: int = 8  # of each record
    seed: int = 0
    limit: int = 0
    tiny: bool = False


class Renders:
    """Pictures that a thread adds to while they are used."""

    def __init__(self, sources: list[Source], settings: Settings, device: torch.device) -> None:
        count = len(sources) * settings.views
        self.pictures = torch.empty(count, 256, 256, 4, dtype=torch.uint8, device=device)
        self.filled, self.failure = 0, None
        self.thread = threading.Thread(target=self._fill, args=(sources, settings), daemon=True)
        self.thread.start()

    def _fill(self, sources: list[Source], settings: Settings) -> None:
        try:
            if self.pictures.is_cuda:  # beside the training's kernels, not behind them
                torch.cuda.set_stream(torch.cuda.Stream(self.pictures.device))
            for some in draw(sources, settings.views, settings.seed, Variety()):
                end = self.filled + len(some)
                self.pictures[self.filled : end].copy_(torch.from_numpy(some))
                if self.pictures.is_cuda:
                    torch.cuda.current_stream().synchronize()
                self.filled = end
        except BaseException as error:
            self.failure = error

    def wait(self, least: int) -> None:
        """Wait for the first pictures."""
        while self.filled < min(least, len(self.pictures)):
            self.check()
            time.sleep(0.05)

    def check(self) -> None:
        """Raise what ended the drawing, if anything did."""
        if self.failure:
            raise RuntimeError("the renders cannot be drawn") from self.failure

    def some(self, count: int, generator: torch.Generator) -> Tensor:
        """Return `count` random pictures (count, 256, 256, 4)."""
        device = self.pictures.device
        return self.pictures[torch.randint(self.filled, (count,), generator=generator, device=device)]


def held_out(corpus: Path, limit: int, device: torch.device, seed: int = _SEED_VALIDATION) -> tuple[Tensor, Tensor]:
    """Return `VALIDATION` seeded pictures (n, 3, 320, 320) of held-out records and their opacities."""
    sources = list_records(sorted(corpus.glob("val-*.zip")))
    sources = sources[:: max(len(sources) // limit, 1)][:limit] if limit else sources
    drawn = torch.cat([torch.from_numpy(some) for some in draw(sources, 1, seed, PLAIN)])
    count = min(VALIDATION, len(drawn))
    front = drawn[:: max(len(drawn) // count, 1)][:count]
    generator = torch.Generator().manual_seed(seed)  # the CPU's, so that the pictures are the same on every machine
    parts = [
        compose(front[at : at + 16], front.roll(7, 0)[at : at + 16], SIZE, generator) for at in range(0, count, 16)
    ]
    return torch.cat([p for p, _ in parts]).to(device), torch.cat([a for _, a in parts]).to(device)


def mask_iou(found: Tensor, true: Tensor) -> Tensor:
    """Return IoU (b,) of opacities (b, 1, h, w) at one half."""
    a, b = found > 0.5, true > 0.5
    return (a & b).flatten(1).sum(1) / (a | b).flatten(1).sum(1).clamp_min(1)


@torch.no_grad()
def score(network: nn.Module, views: tuple[Tensor, Tensor], batch: int = 32) -> tuple[float, float]:
    """Return the mean mask IoU and the mean error of opacity."""
    network.eval()
    pictures, alphas = views
    found = torch.cat([torch.sigmoid(network(pictures[at : at + batch])) for at in range(0, len(pictures), batch)])
    return float(mask_iou(found, alphas).mean()), float((found - alphas).abs().mean())


def loss(logits: Tensor, alpha: Tensor) -> Tensor:
    """Return cross-entropy, heavier along edges, plus one minus the soft overlap."""
    wide = F.max_pool2d(alpha, 9, 1, 4) + F.max_pool2d(-alpha, 9, 1, 4)  # 1 within four pixels of an edge
    entropy = (F.binary_cross_entropy_with_logits(logits, alpha, reduction="none") * (1 + 2 * wide)).mean()
    chance = torch.sigmoid(logits)
    both = (chance * alpha).flatten(1).sum(1)
    overlap = (both + 1) / ((chance + alpha).flatten(1).sum(1) - both + 1)
    return entropy + 1 - overlap.mean()


class Run:
    """State of one run."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.began = settings, time.perf_counter()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.out = Path(settings.out)
        self.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        if self.device.type == "cuda":
            torch.backends.cudnn.benchmark = True
            torch.set_float32_matmul_precision("high")
        self.network = Matting(TINY if settings.tiny else CHANNELS).to(self.device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), settings.rate, betas=(0.9, 0.98), weight_decay=0.02
        )
        self.step, self.before = 0, 0.0
        self.resume()
        self.generator = torch.Generator(self.device).manual_seed(settings.seed + self.step)

    @property
    def minutes(self) -> float:
        """Minutes of wall-clock time spent, earlier calls included."""
        return self.before + (time.perf_counter() - self.began) / 60

    def resume(self) -> None:
        """Go on from ``checkpoint.pt`` if it is there."""
        path = self.out / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, map_location=self.device)
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.before = state["step"], state["minutes"]

    def save(self) -> None:
        """Write what `resume` needs; it appears whole."""
        state = {
            "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(), "step": self.step, "minutes": self.minutes,
        }  # fmt: skip
        torch.save(state, self.out / "checkpoint.pt.part")
        os.replace(self.out / "checkpoint.pt.part", self.out / "checkpoint.pt")

    def log(self, **entry: object) -> None:
        """Print an entry and add it to ``log.jsonl``."""
        line = json.dumps({"step": self.step, "minutes": round(self.minutes, 3), **entry})
        print(line, flush=True)
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def train(self) -> None:
        """Train until the budget is spent."""
        corpus = Path(self.settings.corpus)
        sources = list_records(sorted(corpus.glob("train-*.zip")))
        if limit := self.settings.limit:
            sources = sources[:: max(len(sources) // limit, 1)][:limit]
        renders = Renders(sources, self.settings, self.device)
        renders.wait(512)
        self.log(event="first renders", of=len(renders.pictures))
        reported, seen, started = time.perf_counter(), 0, time.perf_counter()
        while self.minutes < self.settings.minutes:
            value = self.one_step(renders)
            seen += self.settings.batch
            if time.perf_counter() - reported > 20:
                renders.check()
                speed = round(seen / (time.perf_counter() - started), 1)
                self.log(loss=round(float(value), 4), samples_s=speed, renders=renders.filled)
                reported = time.perf_counter()
        self.save()

    def one_step(self, renders: Renders) -> Tensor:
        """Take one step and return its loss."""
        progress = min(self.minutes / self.settings.minutes, 1.0)
        warm = min(1.0, (self.step + 1) / 200)
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate * warm * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        count = self.settings.batch
        with torch.no_grad():
            subjects, others = renders.some(count, self.generator), renders.some(count, self.generator)
            picture, alpha = compose(subjects, others, SIZE, self.generator)
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            logits = self.network(picture.contiguous(memory_format=torch.channels_last))
        value = loss(logits.float(), alpha)
        self.optimizer.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.follow()
        return value.detach()

    @torch.no_grad()
    def follow(self) -> None:
        """Move the average towards the network; slower as training goes on."""
        decay = min(0.998, (1 + self.step) / (20 + self.step))
        mine, theirs = list(self.average.parameters()), [p.detach() for p in self.network.parameters()]
        torch._foreach_lerp_(mine, theirs, 1 - decay)  # type: ignore[attr-defined]
        for a, b in zip(self.average.buffers(), self.network.buffers(), strict=True):
            a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)


def finish(run: Run) -> None:
    """Export the averaged network to ``matting.onnx`` and print its score."""
    from training.matting.export import export

    iou, error = score(run.average, held_out(Path(run.settings.corpus), run.settings.limit, run.device))
    provenance = {
        "data": "3D models under CC0 or in the public domain, over procedural backgrounds (training/README.md)",
        "data_license": "CC0-1.0 and public domain", "seed": run.settings.seed, "steps": run.step, "commit": made_at(),
        "gpu_minutes": round(run.minutes, 1), "device": run.device.type,
        "scores": {"mask_iou": round(iou, 4), "opacity_error": round(error, 4)},
    }  # fmt: skip
    path = export(run.average, run.out / "matting.onnx", provenance)
    run.log(event="finished", mask_iou=round(iou, 4), opacity_error=round(error, 4), file=str(path),
            megabytes=round(path.stat().st_size / 1e6, 2), settings=asdict(run.settings))  # fmt: skip


def made_at() -> str:
    """Return the commit of the working tree, or "unknown"."""
    from training.reproduce import commit

    try:
        return commit()
    except OSError:  # no git here
        return "unknown"

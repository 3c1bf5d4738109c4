"""Training on any number of GPUs, or on the CPU, by a budget of wall-clock time; goes on from its own checkpoint.

Each process owns a part of the corpus: it renders its own views, makes its own solids and keeps them on its GPU;
gradients are averaged over all (DistributedDataParallel). Batch statistics stay local.
"""

from __future__ import annotations

import contextlib
import copy
import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor, nn

from training.augment import augment, plain_input
from training.corpus import Source, list_records
from training.generate import generate
from training.losses import losses, total
from training.muon import Muon
from training.network import TINY, Network, Plan
from training.pool import Batch, Pool, Sampler, fill_pool
from training.scenes import Variety
from training.scores import network_scores, truth
from training.viewset import evaluation_views
from training.warm_start import warm_start


@dataclass(frozen=True)
class Settings:
    """One training run. ``minutes`` counts rendering too; ``limit`` takes the first records only (0: all)."""

    corpus: str
    out: str
    minutes: float
    batch: int = 48  # per GPU
    rate: float = 2e-3
    rounds: int = 2  # chunks of 16 views of each shape of the corpus; generated ones have one
    generated: int = 0  # shapes besides the corpus
    workers: int = 14  # render processes per GPU
    seed: int = 0
    tiny: bool = False
    limit: int = 0
    report_s: float = 150.0
    compile: bool = True
    start: str = ""  # the ONNX file of a network that shipped, to go on from its weights


class Average:
    """Exponential moving average of weights and statistics."""

    def __init__(self, network: nn.Module) -> None:
        self.network = copy.deepcopy(network).eval()
        for p in self.network.parameters():
            p.requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Move towards `network`; slower as training goes on."""
        decay = min(0.999, (1 + step) / (20 + step))
        mine, theirs = ([*n.parameters(), *n.buffers()] for n in (self.network, network))
        pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a.is_floating_point()]  # not counts of batches
        torch._foreach_lerp_([a for a, _ in pairs], [b for _, b in pairs], 1 - decay)  # type: ignore[attr-defined]


class Learner(nn.Module):
    """A network as it learns, what consists of many small steps compiled; the network itself and its copies are not."""

    def __init__(self, network: Network, compiled: bool) -> None:
        super().__init__()
        self.network = network
        self.mix = torch.compile(network.mix, dynamic=False) if compiled else network.mix
        self.outputs = torch.compile(network.outputs, dynamic=False) if compiled else network.outputs

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the network's outputs for pictures (b, 4, 256, 256)."""
        x, skips = self.network.down(image)
        x, camera = self.mix(x)
        return self.outputs(*self.network.up(x, skips), camera, F.avg_pool2d(image, 2))


def rate_at(progress: float, step: int) -> float:
    """Return the factor of the learning rate: 300 steps of warm-up, level, then a cosine over the last two thirds."""
    warm = min(1.0, (step + 1) / 300)
    down = min(max(progress - 1 / 3, 0) * 1.5, 1.0)
    return warm * (0.5 + 0.5 * math.cos(math.pi * down)) + 1e-4


def optimizers_for(network: Network, rate: float, fused: bool) -> list[torch.optim.Optimizer]:
    """Return Muon for the hidden matrices and kernels, AdamW for the rest: first and last layers, scales, biases."""
    ends = ("stem.", "camera.", "color.", "maps.", "occupancy.", "place")
    hidden = [p for name, p in network.named_parameters() if p.ndim > 1 and not name.startswith(ends)]
    others = [p for name, p in network.named_parameters() if p.ndim <= 1 or name.startswith(ends)]
    adam = torch.optim.AdamW(others, lr=min(rate, 1e-3), betas=(0.9, 0.98), weight_decay=0.0, fused=fused)
    both = [Muon(hidden, rate), adam]
    for optimizer in both:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return both


def split_records(corpus: Path, limit: int) -> tuple[list[Source], list[Source]]:
    """Return training and validation records of a corpus folder."""
    train = list_records(sorted(corpus.glob("train-*.zip")))
    val = list_records(sorted(corpus.glob("val-*.zip")))
    return (train[:limit], val[: max(limit // 8, 4)]) if limit else (train, val)


def run(rank: int, world: int, settings: Settings) -> None:
    """Train in process `rank` of `world`; rank 0 writes ``log.jsonl``, ``checkpoint.pt`` and ``average.pt``."""
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", rank) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
        torch.set_float32_matmul_precision("high")
        torch._dynamo.config.suppress_errors = True  # an uncompiled loss is slower, not wrong
        torch._dynamo.config.optimize_ddp = False  # what is compiled lies inside; it would be compiled again, in parts
    if world > 1:
        dist.init_process_group("nccl" if cuda else "gloo", rank=rank, world_size=world)
    try:
        Run(rank, world, settings, device).train()
    finally:
        if world > 1:
            dist.destroy_process_group()


class Run:
    """State of one process' training."""

    def __init__(self, rank: int, world: int, settings: Settings, device: torch.device) -> None:
        self.rank, self.world, self.settings, self.device = rank, world, settings, device
        self.out = Path(settings.out)
        self.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self.network = Network(TINY if settings.tiny else Plan()).to(device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.network)
        self.optimizers = optimizers_for(self.network, settings.rate, device.type == "cuda")
        self.step, self.spent = 0, 0.0
        self.resume()
        torch.manual_seed(settings.seed + 1000 * rank + self.step)
        self.started, self.before = time.perf_counter(), self.spent
        train, val = split_records(Path(settings.corpus), settings.limit)
        mine, more = train[rank::world], self.generated(train)
        rounds = [settings.rounds] * len(mine) + [1] * len(more)
        gpu = rank if device.type == "cuda" else 0
        compiled = device.type == "cuda" and settings.compile
        self.measure = torch.compile(losses, dynamic=False) if compiled else losses
        self.learner = Learner(self.network, compiled)
        prepare = partial(self.prepare, val[::2])
        pool = fill_pool(mine + more, rounds, settings.workers, settings.seed + rank, gpu, device, Variety(), prepare)
        self.log({"event": "solids", "seconds": self.seconds(), "shapes": len(pool.bits)})
        self.wait_for_views(pool)
        if settings.start and not self.step:
            images = plain_input(pool.views["image"][: min(len(pool), 256)])
            warm_start(self.network, Path(settings.start), images)
            self.average = Average(self.network)

    def prepare(self, val: list[Source], pool: Pool) -> None:
        """Do, while solids are made, what takes its time too: compiling a step, and drawing the validation views."""
        self.sampler = Sampler(pool, self.settings.seed + self.rank + 100 * self.step)
        self.rehearse(pool)
        self.val = None
        if self.rank == 0:
            views = evaluation_views(val, 1, 0, self.device)
            self.val = views, truth(views)

    def rehearse(self, pool: Pool) -> None:
        """Go through a step with nothing in the pictures, which compiles what a step needs, and forget what it did."""
        views = {k: v.new_zeros(self.settings.batch, *v.shape[1:]) for k, v in pool.views.items()}
        views["camera"] += 0.3
        buffers = {k: v.clone() for k, v in self.network.named_buffers()}
        self.network.train()
        self.gradients(self.learner, self.sampler.with_targets(views))
        self.network.zero_grad(set_to_none=True)
        for name, buffer in self.network.named_buffers():
            buffer.copy_(buffers[name])
        self.log({"event": "compiled", "seconds": self.seconds()})

    def wait_for_views(self, pool: Pool) -> None:
        """Wait for the first views; the others come while training goes on."""
        whole = len(pool.views["image"])
        while len(pool) < max(whole // 64, 1):
            pool.check()
            time.sleep(0.1)
        self.log({"event": "first views", "seconds": self.seconds(), "of": whole})

    def seconds(self) -> float:
        """Return the time since the start of this call."""
        return round(time.perf_counter() - self.started, 1)

    def generated(self, corpus: list[Source]) -> list[Source]:
        """Generate this process' part of the further shapes."""
        first = self.settings.seed * 1_000_000  # another seed, other shapes
        seeds = list(range(first + self.rank, first + self.settings.generated, self.world))
        return generate(self.out / f"generated-{self.rank}", seeds, corpus, self.settings.workers) if seeds else []

    def log(self, entry: Mapping[str, object]) -> None:
        """Append to the log of rank 0."""
        if self.rank == 0:
            with (self.out / "log.jsonl").open("a") as file:
                file.write(json.dumps({"step": self.step, "minutes": round(self.spent / 60, 3), **entry}) + "\n")

    def resume(self) -> None:
        """Go on from ``checkpoint.pt`` if it is there, else from the weights of ``average.pt``."""
        path, start = self.out / "checkpoint.pt", self.out / "average.pt"
        if path.exists():
            state = torch.load(path, map_location=self.device)
            self.network.load_state_dict(state["network"])
            self.average.network.load_state_dict(state["average"])
            for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self.step, self.spent = state["step"], state["spent"]
        elif start.exists():
            state = torch.load(start, map_location=self.device)["network"]
            self.network.load_state_dict(state)
            self.average.network.load_state_dict(state)

    def save(self, full: bool) -> None:
        """Write the average, and with `full` all that `resume` needs; each appears whole."""
        if self.rank:
            return
        average = {k: v.half() if v.ndim > 1 else v for k, v in self.average.network.state_dict().items()}
        files = {
            "average.pt": {
                "network": average,
                "plan": asdict(self.network.plan),
                "step": self.step,
                "spent": self.spent,
            }
        }
        if full:
            files["checkpoint.pt"] = {
                "network": self.network.state_dict(), "average": self.average.network.state_dict(),
                "optimizers": [o.state_dict() for o in self.optimizers], "step": self.step, "spent": self.spent,
            }  # fmt: skip
        for name, state in files.items():
            torch.save(state, self.out / (name + ".part"))
            os.replace(self.out / (name + ".part"), self.out / name)

    def wrapped(self) -> nn.Module:
        """Return the network as it is called while training: gradients averaged over processes."""
        network: nn.Module = self.learner
        if self.world > 1:
            ids = [self.rank] if self.device.type == "cuda" else None
            network = nn.parallel.DistributedDataParallel(
                network, device_ids=ids, broadcast_buffers=False, gradient_as_bucket_view=True
            )
        return network

    def progress(self) -> float:
        """Return the part of the budget that is spent, the same in every process."""
        self.spent = self.before + time.perf_counter() - self.started
        if self.world > 1:
            shared = torch.tensor([self.spent], dtype=torch.float64, device=self.device)
            dist.broadcast(shared, 0)
            self.spent = float(shared)
        return self.spent / (60 * self.settings.minutes)

    def train(self) -> None:
        """Step until the budget is spent."""
        settings, cuda = self.settings, self.device.type == "cuda"
        network = self.wrapped()
        self.network.train()
        self.one_step(network, 0.0)
        progress = self.progress()
        started, reported, seen = time.perf_counter(), time.perf_counter(), 0
        while progress < 1:
            parts = self.one_step(network, progress)
            seen += settings.batch * self.world
            if self.step % 10 == 0 or not cuda:
                progress = self.progress()
            if self.step % 200 == 0 or not cuda:
                elapsed = time.perf_counter() - started
                state = {"samples_s": round(seen / elapsed, 1), "views": len(self.sampler.pool)}
                self.log({k: round(float(v.detach()), 4) for k, v in parts.items()} | state)
            if self.rank == 0 and time.perf_counter() - reported > settings.report_s:
                self.report()
                reported = time.perf_counter()
        self.progress()
        self.report()
        self.save(full=True)

    def one_step(self, network: nn.Module, progress: float) -> dict[str, Tensor]:
        """Take one step and return its losses."""
        complete = len(self.sampler.pool) == len(self.sampler.pool.views["image"])
        torch.backends.cudnn.benchmark = self.device.type == "cuda" and complete  # drawing disturbs what it measures
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate_at(progress, self.step)
        parts = self.gradients(network, self.sampler.draw(self.settings.batch))
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self.average.update(self.network, self.step)
        return parts

    def gradients(self, network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Return the losses of a batch and add their gradients."""
        image = augment(batch.views["image"], self.sampler.generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else contextlib.nullcontext():
            outputs = network(image)
        views = {k: v for k, v in batch.views.items() if k not in ("image", "to_cube", "shape")}
        parts = self.measure(outputs, views, batch.occupancy, batch.color)
        total(parts).backward()
        return parts

    @torch.no_grad()
    def report(self) -> None:
        """Save the average and log its score on validation views."""
        if self.rank:
            return
        assert self.val is not None
        scores = network_scores(self.average.network, *self.val)
        self.log({"event": "validation"} | {k: round(float(v.mean()), 4) for k, v in scores.items()})
        self.save(full=False)


def train(settings: Settings) -> None:
    """Train on every GPU there is, or on the CPU."""
    world = max(torch.cuda.device_count(), 1)
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29511")
    if world == 1:
        run(0, 1, settings)
    else:
        mp.spawn(run, (world, settings), nprocs=world)  # type: ignore[attr-defined]

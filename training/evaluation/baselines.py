"""What a network must beat: the inflated silhouette, the mean shape, and the nearest training neighbour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.corpus import Shape, Source, read_shapes
from training.evaluation.guess import PRIOR, Guess, Method
from training.evaluation.pictures import SMALL, draw_pictures
from training.evaluation.progress import Progress
from training.renderer import IMAGE_SIZE
from training.scenes import Scene
from training.scores import THICKNESS, half_thickness, overlap
from training.solid import solids
from training.targets import sample_occupancy
from training.viewset import ViewSet, back_colors, fingerprint, plain_scenes, render_views, write_arrays
from training.workers import describe

MEAN_OF = 256  # training records in the mean shape
_MEAN_SIZE = 128  # voxels along the side of their solids
_LEVELS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
VIEWS = 4  # of each training record among which the nearest neighbour is found


def inflated_silhouette(views: ViewSet) -> tuple[str, Method]:
    """Return the silhouette with the thickness that fits these views best, in the picture's colours."""
    device = views.solid.device
    bins = ((torch.arange(128, device=device) + 0.5) / 64 - 1).abs().view(1, 128, 1, 1)
    alpha = F.avg_pool2d(views.views["image"][..., 3].float(), 2)  # the picture's, which is all that a method may see
    halves = torch.from_numpy(np.stack([half_thickness(m) for m in (alpha > 127).cpu().numpy()])).float().to(device)
    scores = torch.stack([best_iou(lambda part, t=t: bins <= (t * halves[part])[:, None], views) for t in THICKNESS])
    best = THICKNESS[int(scores.argmax())]

    def guess(part: slice) -> Guess:
        half = halves[part] * best
        image = views.views["image"][part].float() / 255
        color = F.avg_pool2d((image[..., :3] / image[..., 3:].clamp_min(1 / 255)).permute(0, 3, 1, 2), 2)
        color = color.permute(0, 2, 3, 1).clamp(0, 1)
        field = torch.where(half > 0, half, torch.full_like(half, -1.0))[:, None] - bins
        return Guess(field * 64, color, color, prior(len(half), device))

    return f"inflated silhouette, thickness {best}", guess


def best_iou(inside, views: ViewSet, batch: int = 8) -> Tensor:
    """Return the mean IoU over all views of the volumes `inside(part)`."""
    rows = [slice(at, at + batch) for at in range(0, len(views), batch)]
    return torch.cat([overlap(inside(r).expand_as(views.solid[r]), views.solid[r]) for r in rows]).mean()


def prior(count: int, device: torch.device) -> Tensor:
    """Return the camera (count, 2) that all views have in the middle."""
    return torch.tensor(PRIOR, device=device).expand(count, 2)


def mean_shape(train: list[Source], views: ViewSet, cache: Path) -> tuple[str, Method]:
    """Return the mean volume of training views, cut at the level that fits these views best, in the mean colour."""
    device = views.solid.device
    chosen = train[:: max(len(train) // MEAN_OF, 1)][:MEAN_OF]
    path = cache / f"mean-{fingerprint(chosen, _MEAN_SIZE)}.npz"
    if not path.exists():
        mean, color = mean_volume(chosen, device)
        write_arrays(path, {"mean": mean.cpu().numpy(), "color": color.cpu().numpy()})
    with np.load(path) as file:
        mean, color = (torch.from_numpy(file[k]).to(device) for k in ("mean", "color"))
    scores = torch.stack([best_iou(lambda part, l=level: (mean > l)[None], views) for level in _LEVELS])
    field = (mean - _LEVELS[int(scores.argmax())]) * 8

    def guess(part: slice) -> Guess:
        b = len(views.solid[part])
        flat = color.expand(b, 128, 128, 3)
        return Guess(field.expand(b, 128, 128, 128), flat, flat, prior(b, device))

    return f"mean of {len(chosen)} training shapes", guess


def mean_volume(train: list[Source], device: torch.device, batch: int = 8) -> tuple[Tensor, Tensor]:
    """Return the mean occupancy (128, 128, 128) of a seeded view of each record, and their mean colour (3,)."""
    total = torch.zeros(128, 128, 128, device=device)
    color = torch.zeros(4, device=device)
    shapes = read_shapes(train)
    progress = Progress("mean shape", len(train), "records")
    for at in range(0, len(train), batch):
        some = [next(shapes) for _ in range(min(batch, len(train) - at))]
        scenes = [plain_scenes(train[at + i], 0, i, shape, 1)[0] for i, shape in enumerate(some)]
        bits, grids = solids(some, device, _MEAN_SIZE)
        facts = {k: torch.from_numpy(v).to(device) for k, v in describe(scenes).items()}
        total += sample_occupancy(bits, facts["shape"], facts["to_cube"], facts["camera"][:, 1]).float().sum(0) / 8
        near = (grids[:, 3:] == 255).float()
        sums = torch.cat([grids[:, :3].float() / 255 * near, near], 1).sum((2, 3, 4))
        color += (sums / sums[:, 3:].clamp_min(1)).sum(0)
        progress.add(len(some))
    return total / len(train), color[:3] / color[3]


def nearest_neighbour(train: list[Source], views: ViewSet, cache: Path) -> tuple[str, Method]:
    """Return the training view whose picture, shrunk and premultiplied, is closest, with all that is known of it."""
    device = views.solid.device
    path = cache / f"pictures-{fingerprint(train, VIEWS, SMALL)}.npz"
    if not path.exists():
        write_arrays(path, {"pictures": draw_pictures(train, VIEWS)})
    with np.load(path) as file:
        pictures = torch.from_numpy(file["pictures"])
    image = views.views["image"].permute(0, 3, 1, 2).float()
    small = F.avg_pool2d(image, IMAGE_SIZE // SMALL).permute(0, 2, 3, 1).flatten(1)
    found = closest(small, pictures.flatten(0, 1).flatten(1)).tolist()
    records = [train[i // VIEWS] for i in found]

    def draw(key: int, shape: Shape) -> list[Scene]:
        return [plain_scenes(records[key], 0, key, shape, VIEWS)[found[key] % VIEWS]]

    drawn = render_views(records, draw, device)
    back = back_colors(drawn)

    def guess(part: slice) -> Guess:
        one = {k: v[part] for k, v in drawn.views.items()}
        count = sample_occupancy(drawn.bits, one["shape"], one["to_cube"], one["camera"][:, 1])
        return Guess(count.float() - 3.5, one["base"].float() / 255, back[part], one["camera"])

    return f"nearest of {len(train)} training shapes", guess


def closest(queries: Tensor, rows: Tensor, batch: int = 4096) -> Tensor:
    """Return the index (q,) of the row of `rows` (n, d) uint8 with the least squared distance to each query (q, d)."""
    best = torch.full((len(queries),), torch.inf, device=queries.device)
    index = torch.zeros(len(queries), dtype=torch.long, device=queries.device)
    for at in range(0, len(rows), batch):
        some = rows[at : at + batch].to(queries.device).float()
        distance = some.square().sum(1) - 2 * queries @ some.T
        value, place = distance.min(1)
        better = value < best
        best, index = torch.where(better, value, best), torch.where(better, place + at, index)
    return index

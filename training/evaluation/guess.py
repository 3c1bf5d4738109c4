"""What a method says of a picture, in one form for networks and baselines, and how well it fits what is true."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from importer.records import Prediction
from training.augment import plain_input
from training.evaluation.clouds import volume_cloud
from training.evaluation.published import predictions
from training.scores import Predict, map_errors, overlap
from training.viewset import ViewSet

OUTPUTS = ("occupancy", "color", "depth", "normal", "albedo", "camera")  # of the contract, in this order
PRIOR = (float(np.radians(14)), float(np.tan(np.radians(15.5))))  # the camera of a method that does not guess it


@dataclass(frozen=True)
class Guess:
    """``field`` (b, 128, 128, 128): positive inside, in the view's frustum; ``front``, ``back`` (b, 128, 128, 3):
    base colour of the nearest and the farthest surface; ``camera`` (b, 2): elevation, tan(fov / 2); ``errors``: more
    scores (b,) that only some methods have.
    """

    field: Tensor
    front: Tensor
    back: Tensor
    camera: Tensor
    errors: dict[str, Tensor] = dataclasses.field(default_factory=dict)


Method = Callable[[slice], Guess]  # from rows of the views


def network(predict: Predict, views: ViewSet, keep: list[Prediction] | None = None) -> Method:
    """Return the method that runs a network on the views' pictures; the importer's records are added to `keep`."""

    def guess(part: slice) -> Guess:
        image = views.views["image"][part]
        outputs = predict(plain_input(image))
        if keep is not None:
            keep.extend(predictions(outputs, image))
        errors = map_errors(outputs, {k: v[part] for k, v in views.views.items()})
        return replace(read_outputs(outputs), errors={k: errors[k] for k in ("depth", "normal")})

    return guess


def read_outputs(outputs: tuple[Tensor, ...]) -> Guess:
    """Return the guess in the contract's outputs; the back's colour is the volume's at the predicted back."""
    occupancy, color, depth, _, albedo, camera = (o.float() for o in outputs[:6])
    b, _, bins, rows, columns = color.shape
    size = depth.shape[-1]
    at = torch.arange(size, device=color.device)
    layer = ((depth[:, 1] + 1) / 2 * bins).long().clamp(0, bins - 1)
    batch = torch.arange(b, device=color.device)[:, None, None]
    row, column = (at * rows // size)[None, :, None], (at * columns // size)[None, None, :]
    back = color.permute(0, 2, 3, 4, 1)[batch, layer, row, column]
    return Guess(occupancy, albedo.permute(0, 2, 3, 1), back, camera)


def volume_scores(inside: Tensor, views: ViewSet, part: slice) -> dict[str, Tensor]:
    """Return IoU of bool volumes with the truth, and of their silhouettes with the mask, each (b,)."""
    return {
        "iou": overlap(inside, views.solid[part]),
        "silhouette": overlap(inside.any(1), views.mask[part]),
    }


def other_scores(guess: Guess, views: ViewSet, part: slice) -> dict[str, Tensor]:
    """Return the up-vector error in degrees and the colour errors of front and back, each (b,)."""
    mask = views.mask[part].float()
    area = mask.sum((1, 2)).clamp_min(1)

    def error(found: Tensor, true: Tensor) -> Tensor:
        return ((found - true).abs().mean(3) * mask).sum((1, 2)) / area

    return {
        "up": torch.rad2deg((guess.camera[:, 0] - views.views["camera"][part, 0]).abs()),
        "front": error(guess.front, views.views["base"][part].float() / 255),
        "back": error(guess.back, views.back[part]),
        **guess.errors,
    }


def guess_clouds(guess: Guess, first: int) -> tuple[Tensor, Tensor]:
    """Return points and normals (b, n, 3) of the fields' surfaces; `first` is the first view's row and seeds them."""
    clouds = [
        volume_cloud(field, float(camera[1]), torch.Generator().manual_seed(first + i))
        for i, (field, camera) in enumerate(zip(guess.field, guess.camera, strict=True))
    ]
    return torch.stack([c.points for c in clouds]), torch.stack([c.normals for c in clouds])

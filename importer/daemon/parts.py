"""Which part of a build is this machine's: all of it, all but what the GPU of another one does, or that alone.

The stage cache on the share joins the parts; the queue's lanes carry the job from one machine to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Literal

from importer.pipeline.events import Event
from importer.pipeline.stages import Stage

Role = Literal["whole", "cpu", "gpu"]
"""What a machine does: whole builds; all but the network, while another one with a GPU is alive; the network alone."""


class Elsewhere(Exception):
    """The next stage is for another machine."""


def without_gpu(tell: Callable[[Event], None], stages: Collection[str]) -> Callable[[Event], None]:
    """Return a listener that ends a build where one of these stages would have to run.

    Raises
    ------
    Elsewhere
        By the listener. What the stage needs is in the cache by then.
    """

    def listen(event: Event) -> None:
        if event.kind == "started" and event.stage in stages:
            raise Elsewhere
        tell(event)

    return listen


def gpu_only(table: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages so that only those for a GPU are asked for; their results have the same place in the cache."""
    return tuple(replace(stage, is_product=stage.on_gpu) for stage in table)

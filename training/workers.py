"""Rendering in many processes: each draws chunks of views of its shapes into shared memory."""

from __future__ import annotations

import multiprocessing as mp
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from importer.reconstruct.frustum import orbit_camera
from importer.records import F64
from training.corpus import Source, read_shapes
from training.scenes import Scene, Variety, make_scene, support_points

CHUNK = 16  # views drawn at once, all of one shape
LAYOUT = {
    "image": ((256, 256, 4), np.uint8),
    "front": ((128, 128, 4), np.uint8),
    "back": ((128, 128, 4), np.uint8),
    "base": ((128, 128, 3), np.uint8),
    "depth": ((2, 128, 128), np.int16),
}
SLOTS = 3  # chunks that may wait for the reader, per worker
CUBE = 1.04  # as training.solid.CUBE, which would import torch here


@dataclass(frozen=True)
class Task:
    """What one worker draws: of each of the shapes `mine` (indices of `sources`), as many chunks as `rounds` says."""

    sources: list[Source]
    mine: list[int]
    rounds: list[int]  # a number for each of `sources`
    seed: int
    gpu: int
    variety: Variety


def to_unit_cube(scene: Scene) -> NDArray[np.float32]:
    """Return the map (3, 4) from camera axes, eye at the origin, to the shape's unit cube (training.solid)."""
    camera = orbit_camera(scene.elevation, scene.tan_half_fov)
    inverse = np.linalg.inv(scene.model[:, :3])
    shift = inverse @ (camera.position - scene.model[:, 3]) / CUBE + 0.5
    return np.column_stack([inverse @ camera.rotation.T / CUBE, shift]).astype(np.float32)


def describe(scenes: list[Scene]) -> dict[str, NDArray]:
    """Return what training needs of the scenes besides the pictures."""
    return {
        "shape": np.array([s.shape for s in scenes], np.int64),
        "to_cube": np.stack([to_unit_cube(s) for s in scenes]),
        "camera": np.array([[s.elevation, s.tan_half_fov] for s in scenes], np.float32),
        "upright": np.array([s.upright for s in scenes], np.float32),
        "recolor": np.stack([s.recolor for s in scenes]).astype(np.float32),
    }


def chunk_arrays(memory: SharedMemory) -> dict[str, NDArray]:
    """Return the arrays that lie in a slot."""
    arrays, at = {}, 0
    for name, (shape, dtype) in LAYOUT.items():
        array = np.ndarray((CHUNK, *shape), dtype, memory.buf, at)
        arrays[name], at = array, at + array.nbytes
    return arrays


def chunk_bytes() -> int:
    """Return the size of a slot."""
    return sum(CHUNK * int(np.prod(shape)) * np.dtype(dtype).itemsize for shape, dtype in LAYOUT.values())


def draw_chunks(task: Task) -> Iterator[tuple[dict[str, NDArray], dict[str, NDArray]]]:
    """Draw the task's chunks one by one: the pictures and maps, and what `describe` says."""
    from training.renderer import Renderer  # a GL context only in the process that draws

    renderer = Renderer(task.gpu)
    supports: dict[int, F64] = {}

    def load(key: int) -> None:
        if key not in renderer.loaded:
            shape = next(read_shapes([task.sources[key]]))
            supports[key] = support_points(shape.vertices).astype(np.float64)
            renderer.load(key, shape)
        else:
            renderer.loaded.move_to_end(key)

    for turn in range(max(task.rounds)):
        order = np.random.default_rng([task.seed, turn]).permutation([k for k in task.mine if turn < task.rounds[k]])
        for key in order.tolist():
            rng = np.random.default_rng([task.seed, turn, key])
            load(key)
            scenes = [make_scene(rng, key, supports[key], task.variety) for _ in range(CHUNK)]
            yield renderer.render(scenes).__dict__, describe(scenes)


def work(task: Task, names: list[str], free: Any, done: Any) -> None:
    """Run in a child: draw the task's chunks, each into a free slot of shared memory."""
    slots = [SharedMemory(name) for name in names]
    for pictures, facts in draw_chunks(task):
        slot = free.get()
        for name, array in chunk_arrays(slots[slot]).items():
            np.copyto(array, pictures[name])
        done.put((slot, facts))


def render_parallel(
    tasks: list[Task], patience_s: float = 180
) -> Iterator[tuple[dict[str, NDArray], dict[str, NDArray]]]:
    """Yield every chunk of all tasks, one process a task; arrays are valid until the next chunk is asked for.

    A worker that dies is an error: its views would be missing silently.
    """
    context = mp.get_context("spawn")
    memory, workers = [], []
    frees = [context.Queue() for _ in tasks]
    inboxes = [context.Queue() for _ in tasks]
    try:
        for task, free, inbox in zip(tasks, frees, inboxes, strict=True):
            own = [SharedMemory(create=True, size=chunk_bytes()) for _ in range(SLOTS)]
            memory.append(own)
            for slot in range(SLOTS):
                free.put(slot)
            process = context.Process(target=work, args=(task, [m.name for m in own], free, inbox), daemon=True)
            process.start()
            workers.append(process)
        left = [sum(task.rounds[k] for k in task.mine) for task in tasks]
        waited = 0.0
        while any(left):
            got = False
            for i, inbox in enumerate(inboxes):
                if not left[i]:
                    continue
                try:
                    slot, facts = inbox.get_nowait()
                except queue.Empty:
                    if not workers[i].is_alive() and inbox.empty():
                        raise RuntimeError(f"render worker {i} ended with code {workers[i].exitcode}") from None
                    continue
                yield chunk_arrays(memory[i][slot]), facts
                frees[i].put(slot)
                left[i] -= 1
                got, waited = True, 0.0
            if not got:
                time.sleep(0.002)
                waited += 0.002
                if waited > patience_s:
                    raise RuntimeError("render workers are silent")
    finally:
        for process in workers:
            process.join(5)
            if process.is_alive():
                process.terminate()
        for own in memory:
            for block in own:
                block.close()
                block.unlink()

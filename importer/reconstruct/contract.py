"""What an ONNX file must say and look like to be used for reconstruction (docs/design.md, Model contract)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from importer.errors import ModelError

KEY = "importer.contract"
KINDS, VERSION = ("volume",), 1
INPUT = "image"
OUTPUTS: dict[str, tuple[int, ...]] = {
    "occupancy": (1, 128, 128, 128),
    "color": (1, 3, 32, 64, 64),
    "depth": (1, 2, 128, 128),
    "normal": (1, 6, 128, 128),
    "albedo": (1, 3, 128, 128),
    "camera": (1, 2),
}
_FIX = "Export the model again with a contract as docs/design.md describes."


class Contract(BaseModel):
    """The JSON under ``importer.contract``; keys that this version does not know are kept out of its way."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    contract: Literal["volume"]
    version: Literal[1]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    license: Annotated[str, Field(min_length=1)]
    input_size: Annotated[int, Field(ge=32, le=2048)]
    background: Annotated[float, Field(ge=0, le=1)]
    crop_ratio: Annotated[float, Field(gt=0.1, le=1)]
    depth_range: Annotated[float, Field(gt=0, le=10)]
    provenance: dict[str, Any] = {}


def parse(text: str | None, where: str) -> Contract:
    """Return the contract in a model's metadata.

    Raises
    ------
    ModelError
        There is none, its kind or version is unknown, or a value is missing or wrong.
    """
    if text is None:
        what = f"the ONNX file has no {KEY!r} in its metadata_props, so its inputs and outputs cannot be understood"
        raise ModelError(what, where=where, fix=_FIX)
    try:
        return Contract.model_validate_json(text)
    except ValidationError as error:
        raise ModelError(_complaint(error), where=f"{where}: {KEY}", fix=_FIX) from None


def _complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if key == "contract" and first["type"] != "missing":
        return f"contract kind {first['input']!r} is unknown; this version knows: {', '.join(KINDS)}"
    if key == "version" and first["type"] != "missing":
        return f"contract version {first['input']!r} is unknown; this version knows: {VERSION}"
    return f"{key or 'the JSON'}: {first['msg'][0].lower()}{first['msg'][1:]}"


def check_tensors(
    inputs: dict[str, tuple[str, list[object]]],
    outputs: dict[str, tuple[str, list[object]]],
    contract: Contract,
    where: str,
) -> None:
    """Compare a graph's tensors, name to (type, shape), with the contract's; dynamic axes match any length.

    Raises
    ------
    ModelError
        A tensor is missing or has another type or shape.
    """
    side = contract.input_size
    if list(inputs) != [INPUT]:
        raise ModelError(f"expected the one input {INPUT!r}, found {list(inputs)}", where=where, fix=_FIX)
    missing = [name for name in OUTPUTS if name not in outputs]
    if missing:
        raise ModelError(f"outputs are missing: {', '.join(missing)}", where=where, fix=_FIX)
    expected = {INPUT: (1, 4, side, side), **OUTPUTS}
    for name, (kind, shape) in {**inputs, **{n: outputs[n] for n in OUTPUTS}}.items():
        want = expected[name]
        fits = len(shape) == len(want) and all(
            not isinstance(a, int) or a == b for a, b in zip(shape, want, strict=True)
        )
        if kind != "tensor(float)" or not fits:
            what = f"{name!r} is {kind} {tuple(shape)}, expected tensor(float) {want}"
            raise ModelError(what, where=where, fix=_FIX)

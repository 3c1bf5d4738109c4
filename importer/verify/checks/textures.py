"""Textures of the materials, and separate texture files against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import numpy as np

from importer.export.manifest_schema import Texture
from importer.records import U8, Finding
from importer.verify.drawn import Scene, Surface
from importer.verify.images import ImageFacts, looks_like_encoded_normals, looks_like_normals
from importer.verify.subject import fault

_LARGEST = 8192
Images = Mapping[str, ImageFacts]  # by the SHA-256 of the encoded file


def digest(data: bytes) -> str:
    """Return the key of an encoded image in `Images`."""
    return sha256(data).hexdigest()


def sizes(where: str, facts: ImageFacts, ours: bool) -> Iterator[Finding]:
    """Sides must be powers of two for mipmaps and streaming, and of a size that engines take."""
    if facts.fault:
        yield fault(True, "TEXTURE_UNREADABLE", where, facts.fault, "Export the texture again as PNG or JPEG.")
        return
    text = f"{facts.width} x {facts.height} pixels"
    if facts.width & (facts.width - 1) or facts.height & (facts.height - 1):
        yield fault(ours, "TEXTURE_NOT_POWER_OF_TWO", where, text, "Use sides of 512, 1024, 2048 or 4096.")
    if max(facts.width, facts.height) > _LARGEST:
        yield fault(False, "TEXTURE_TOO_LARGE", where, f"{text}; engines take {_LARGEST}", "Use a smaller texture.")


def material(scene: Scene, surface: Surface, images: Images, ours: bool, green_down: bool = False) -> Iterator[Finding]:
    """Each slot must hold the kind of picture that belongs there."""
    where = f"{scene.file}: material {surface.name!r}"
    slots = {slot: scene.images[index] for slot, index in surface.images.items() if scene.images[index]}
    facts = {slot: images[digest(data)] for slot, data in slots.items() if digest(data) in images}
    facts = {slot: fact for slot, fact in facts.items() if not fact.fault}
    # An FBX material has no slot for packed maps.
    needed = ("base_color", "normal") if is_fbx(scene) else ("base_color", "normal", "metallic_roughness")
    for slot in needed if ours else ():
        if slot not in slots and any(slots):
            yield fault(True, "TEXTURE_MISSING", where, f"there is no {slot} texture", "Export all maps.")
    if "base_color" in slots:
        shared = [
            slot for slot in slots if slot not in ("base_color", "emissive") and slots[slot] == slots["base_color"]
        ]
        if shared:
            what = f"base colour (sRGB) and {' and '.join(shared)} (linear) use one image"
            yield fault(
                ours or "normal" in shared, "COLOR_SPACE_CONFLICT", where, what, "Give each slot its own image."
            )
    yield from _declared(facts, where, ours)
    seen = {slot: fact for slot, fact in facts.items() if fact.sample is not None}
    yield from _normal(seen, where, ours)
    if "normal" in seen and not green_down:
        yield from _green(seen["normal"], where, ours, "Unity and Godot" if is_fbx(scene) else "glTF")


def is_fbx(scene: Scene) -> bool:
    """Tell whether a scene comes from an FBX file."""
    return scene.file.lower().endswith(".fbx")


def _declared(facts: dict[str, ImageFacts], where: str, ours: bool) -> Iterator[Finding]:
    """What a file says of its own values must be what the slot takes."""
    for slot, fact in facts.items():
        colour = slot in ("base_color", "emissive")
        if fact.srgb is not None and fact.srgb != colour:
            says, needs = ("sRGB", "linear") if fact.srgb else ("linear", "sRGB")
            what = f"the {slot} texture says that its values are {says}, but the slot takes {needs} ones"
            fix = f"Save the texture as {needs}."
            yield fault(ours or fact.sample is None, "COLOR_SPACE_WRONG", where, what, fix)


def _green(normal: ImageFacts, where: str, ours: bool, readers: str) -> Iterator[Finding]:
    likeness, part = normal.upward
    if likeness < -0.5 and part > 0.02:
        what = f"the normal map's green points down, as DirectX has it (likeness {likeness:.2f}; 1 is up, -1 down)"
        fix = f"Invert the green channel: it is up in {readers}, and down in Unreal alone."
        yield fault(ours, "NORMAL_MAP_GREEN", where, what, fix)


def _normal(facts: dict[str, ImageFacts], where: str, ours: bool) -> Iterator[Finding]:
    base, normal = facts.get("base_color"), facts.get("normal")
    if normal is not None and not looks_like_normals(normal):
        if looks_like_encoded_normals(normal):
            what = "the normal map went through the sRGB curve: its mean is near (188, 188, 255), not (128, 128, 255)"
            yield fault(True, "NORMAL_MAP_SRGB", where, what, "Save the normal map as linear data.")
        elif base is not None and looks_like_normals(base):
            what = "base colour and normal map are swapped"
            yield fault(True, "TEXTURES_SWAPPED", where, what, "Exchange the two textures.")
        else:
            mean = ", ".join(f"{value:.0f}" for value in normal.rgb.mean(0))
            what = f"the normal map holds no unit vectors about (128, 128, 255); its mean is ({mean})"
            yield fault(ours, "NORMAL_MAP_IMPLAUSIBLE", where, what, "Check which texture is in the normal slot.")
    elif base is not None and looks_like_normals(base) and float(base.rgb.std(0).max()) > 1:
        yield fault(ours, "BASE_COLOR_IS_NORMAL", where, "the base colour looks like a normal map", "Check the slots.")


def packing(textures: Sequence[Texture], scene: Scene, images: Images, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Separate textures must hold what the embedded ones do, in the target's own packing."""
    slots = {slot: scene.images[i] for surface in scene.surfaces for slot, i in surface.images.items()}
    for texture in textures:
        source = slots.get({"mask": "metallic_roughness", "orm": "metallic_roughness"}.get(texture.slot, texture.slot))
        if texture.file not in files or not source:
            continue
        found, embedded = (images.get(digest(data)) for data in (files[texture.file], source))
        if found is None or embedded is None or found.sample is None or embedded.sample is None:
            continue
        if found.sample.shape != embedded.sample.shape:
            yield fault(True, "TEXTURE_DIFFERS", texture.file, "its size is not the embedded texture's", _AGAIN)
            continue
        wanted = _packed(texture, embedded.sample)
        got = found.sample[..., : wanted.shape[-1]]
        off = np.abs(wanted.astype(int) - got).reshape(-1, wanted.shape[-1]).max(0) > 2
        if off.any():
            letters = ["rgba"[i] for i in np.flatnonzero(off)]
            names = ", ".join(f"{key} ({meaning})" for key, meaning in texture.channels.items() if key in letters)
            code, why = "PACKING", "not the embedded map's values"
            if texture.slot == "normal" and list(off) == [False, True, False]:
                code, why = "NORMAL_MAP_GREEN", "green points the wrong way, against the embedded map,"
            elif curve := _slip(wanted[..., off], got[..., off]):
                code, why = "COLOR_SPACE_WRONG", f"the embedded map's values went through the sRGB curve ({curve})"
            yield fault(True, code, texture.file, f"{why} in channel {names}", _AGAIN)


_AGAIN = "Publish the asset again."


def _slip(wanted: U8, got: U8) -> str | None:
    """Return which way the sRGB curve leads from one to the other, if it does."""
    curve = np.arange(256) / 255
    decoded = np.where(curve <= 0.04045, curve / 12.92, ((curve + 0.055) / 1.055) ** 2.4)
    encoded = np.where(curve <= 0.0031308, curve * 12.92, 1.055 * curve ** (1 / 2.4) - 0.055)
    for name, table in (("encoded once more", encoded), ("decoded", decoded)):
        if np.abs(np.round(table[wanted] * 255) - got).max(initial=0) <= 3:
            return name
    return None


def _packed(texture: Texture, embedded: U8) -> U8:
    """Return the embedded map (h, w, 4) as the separate file must show it."""
    red, green, blue = (embedded[..., i].astype(int) for i in range(3))
    if texture.slot == "mask":
        return np.stack([blue, red, np.zeros_like(red), 255 - green], axis=-1).astype(np.uint8)
    if texture.normal_convention == "directx":
        green = np.clip(256 - green, 0, 255)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)

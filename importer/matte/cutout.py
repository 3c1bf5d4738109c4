"""The matte: a picture to the object alone, by alpha, a plain background, a network, or at last a guess."""

from __future__ import annotations

import cv2
import numpy as np

from importer.errors import PictureError
from importer.intake.quality import picture_quality
from importer.matte.alpha import own_alpha
from importer.matte.backdrop import fit_backdrop
from importer.matte.edge import soften
from importer.matte.guess import grown_mask, guess_mask
from importer.matte.lab import to_lab
from importer.matte.masks import Mask, dilated, disk, eroded
from importer.matte.network import ALLOWED, Session, network_alpha
from importer.matte.parts import cut_sides, drop_specks, trim
from importer.matte.plain import background_mask
from importer.matte.shipped import shipped_alpha
from importer.matte.weights import weights_home, weights_path
from importer.profile.schema import Matte
from importer.records import F32, U8, Cutout, Picture

_WORK = 1024  # longer side in pixels at which object and background are told apart
_PLAIN = 0.9  # part of the border that one smooth colour must explain
_MARGIN = 0.04
_FULL = 0.98  # a mask of more than this part of the frame shows no object
_LEAST = 0.005  # nor does one of less
_DOUBT = 0.25  # of the object's area in which the shipped network and the colours may disagree without a word
_WAYS_OUT = "Cut the object out and save the picture with transparency, or show it before a plain background."


def matte(picture: Picture, settings: Matte, session: Session | None = None) -> Cutout:
    """Return the object alone, trimmed, with straight soft alpha and no background in its colours.

    Parameters
    ----------
    picture : Picture
    settings : Matte
        ``auto`` takes the picture's alpha, else a plain background, else the rembg model if its weights are on this
        machine, else the network that ships with the package, and where that sees nothing a guess that is reported as
        one; it fetches nothing. Any other method is used alone or fails.
    session : optional
        An open rembg session in place of ``settings.model``'s own.

    Raises
    ------
    PictureError
        No object is left, or all of the frame is object.
    ModelError
        ``method: rembg`` without weights that can be had.
    """
    method, alpha, rgb, notes = _separate(picture, settings, session)
    alpha, specks = drop_specks(alpha)
    if specks:
        notes.append(
            f"{specks} speck{'s' * (specks > 1)} apart from the object {'were' if specks > 1 else 'was'} removed"
        )
    covered = float((alpha > 0.5).mean())
    if covered == 0 or covered > _FULL:
        found = "no object was found" if covered == 0 else "the whole frame was taken for the object"
        raise PictureError(f"{found} (method: {method})", fix=_WAYS_OUT)
    sides = cut_sides(alpha)
    if sides:
        notes.append(
            f"the object is cut off at the {' and '.join(sides)} of the picture; "
            "its shape ends there. Use a picture that shows all of it with some space around"
        )
    rgba = trim(rgb, alpha, _MARGIN)
    return Cutout(rgba, method, (*notes, *picture_quality(rgba)))


def _separate(picture: Picture, settings: Matte, session: Session | None) -> tuple[str, F32, U8, list[str]]:
    """Return the method used, alpha (h, w), the object's colours (h, w, 3), and warnings."""
    rgb = np.ascontiguousarray(picture.rgba[..., :3])
    if settings.method == "alpha" and not picture.has_alpha:
        raise PictureError("the profile says matte.method: alpha, and the picture has no transparency", fix=_WAYS_OUT)
    if picture.has_alpha and (settings.method == "alpha" or (settings.method == "auto" and _cuts_out(picture))):
        alpha, colors, notes = own_alpha(picture.rgba)
        return "alpha", alpha, colors, notes
    rgb = _on_white(picture) if picture.has_alpha else rgb
    if settings.method in ("auto", "plain"):
        alpha, colors, plain = _plain(rgb)
        if settings.method == "plain" or plain >= _PLAIN:
            doubt = (
                [] if plain >= _PLAIN else [f"the background is not plain (only {plain:.0%} of the border is alike)"]
            )
            return "plain background", alpha, colors, doubt
    if settings.method == "rembg" or (settings.method == "auto" and (session or weights_path(settings.model))):
        soft = network_alpha(rgb, settings.model, session)
        alpha, colors = soften(rgb, eroded(soft > 0.95, 2), eroded(soft < 0.05, 2), soft)
        license_note = f"background removed by {settings.model} ({ALLOWED[settings.model].license})"
        return f"rembg:{settings.model}", alpha, colors, [license_note]
    return _shipped(rgb, settings)


def _cuts_out(picture: Picture) -> bool:
    """Tell whether alpha shows an object: rounded corners or a thin clear rim do not."""
    return float((picture.rgba[..., 3] > 127).mean()) < 0.97


def _on_white(picture: Picture) -> U8:
    alpha = picture.rgba[..., 3:].astype(np.float32) / 255
    return (picture.rgba[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)


def _plain(rgb: U8) -> tuple[F32, U8, float]:
    """Return alpha, colours, and how much of the border the smooth background explains."""
    small = _at_work_size(rgb)
    lab = to_lab(small)
    backdrop = fit_backdrop(lab)
    outside = background_mask(lab, backdrop)
    return *_full_size(rgb, *_seam(lab, backdrop.color, outside)), backdrop.plain


def _shipped(rgb: U8, settings: Matte) -> tuple[str, F32, U8, list[str]]:
    """Cut by the shipped network, or by a guess where it sees no object and nothing else was asked for."""
    small = _at_work_size(rgb)
    soft = shipped_alpha(small)
    mask = grown_mask(small, soft)
    seen = float(mask.mean())
    better = f"For a cleaner cut, {_better(settings.model)}."
    if settings.method == "auto" and not _LEAST < seen < _FULL:
        return _guess(rgb, f"the shipped background network saw no object in it. {better}")
    alpha, colors = _from_mask(rgb, small, mask)
    notes = [f"the busy background was removed by the small network that ships with the importer. {better}"]
    doubt = float(((soft > 0.5) != mask).mean()) / max(seen, 1e-6)
    if doubt > _DOUBT:
        notes.append(f"that network is unsure of {min(doubt, 1):.0%} of the object's area; parts may be wrong")
    return "network", alpha, colors, notes


def _better(model: str) -> str:
    place = weights_home() / "models" / model / f"{model}.onnx"
    return (
        f"put the weights of {model} ({ALLOWED[model].license}, {ALLOWED[model].url}) at {place}, or let "
        "`matte.method: rembg` fetch them, or save the picture with transparency"
    )


def _guess(rgb: U8, reason: str) -> tuple[str, F32, U8, list[str]]:
    small = _at_work_size(rgb)
    alpha, colors = _from_mask(rgb, small, guess_mask(small))
    return "grabcut", alpha, colors, [f"the background was removed by a guess and parts may be wrong: {reason}"]


def _from_mask(rgb: U8, small: U8, mask: Mask) -> tuple[F32, U8]:
    """Settle the edges of a mask of ``small`` at the picture's own size."""
    first = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5).astype(np.float32)
    return _full_size(rgb, eroded(mask, 3), eroded(~mask, 3), first)


def _seam(lab: F32, behind: F32, outside: Mask) -> tuple[Mask, Mask, F32]:
    """Return what is surely inside and outside, and a first alpha between; ``outside`` ends just before the edge.

    Sure too is, in parts too thin to have an inside, what differs from the background as much as anything close by.
    """
    away = cv2.distanceTransform((~outside).astype(np.uint8), cv2.DIST_L2, 5)
    unlike = np.linalg.norm(lab - behind, axis=-1).astype(np.float32)
    ridge = (unlike > 25) & (unlike >= 0.9 * cv2.dilate(unlike, disk(3)))
    thin = ~dilated(away > 5, 4)
    first = np.clip((away - 1.5) / 2, 0, 1).astype(np.float32)
    return ((away > 5) | (thin & ridge)) & ~outside, outside, first


def _full_size(rgb: U8, inside: Mask, outside: Mask, guess: F32) -> tuple[F32, U8]:
    """Soften the seam at the picture's own size."""
    height, width = rgb.shape[:2]
    if inside.shape != (height, width):
        reach = int(np.ceil(max(height, width) / max(inside.shape)))

        def grown(mask: Mask) -> Mask:
            large = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
            return eroded(large > 0.99, reach)

        inside, outside = grown(inside), grown(outside)
        guess = cv2.resize(guess, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return soften(rgb, inside, outside, guess)


def _at_work_size(rgb: U8) -> U8:
    factor = _WORK / max(rgb.shape[:2])
    if factor >= 1:
        return rgb
    size = (max(8, round(rgb.shape[1] * factor)), max(8, round(rgb.shape[0] * factor)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8)

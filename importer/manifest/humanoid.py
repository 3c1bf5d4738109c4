"""The roles of a humanoid's bones, named as Unity's enum ``HumanBodyBones``.

Unity's ``HumanBone.humanName`` and ``HumanTrait.BoneName`` write fingers with spaces ("Left Thumb Proximal"); the enum,
and so the manifest, without.
"""

from __future__ import annotations

_SIDES = ("Left", "Right")
_LIMBS = ("UpperLeg", "LowerLeg", "Foot", "UpperArm", "LowerArm", "Hand")
_FINGERS = tuple(
    f"{finger}{joint}"
    for finger in ("Thumb", "Index", "Middle", "Ring", "Little")
    for joint in ("Proximal", "Intermediate", "Distal")
)

REQUIRED = ("Hips", "Spine", "Head", *(side + limb for side in _SIDES for limb in _LIMBS))
OPTIONAL = (
    *("Chest", "UpperChest", "Neck", "Jaw"),
    *(side + part for side in _SIDES for part in ("Shoulder", "Toes", "Eye", *_FINGERS)),
)
ROLES = frozenset((*REQUIRED, *OPTIONAL))

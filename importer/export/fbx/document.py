"""The whole file: header, settings, definitions, objects and connections."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

import numpy as np

from importer.export.fbx.animation import add_clip, ticks
from importer.export.fbx.check import check
from importer.export.fbx.encode import CREATION_TIME, FILE_ID, VERSION, Record, encode
from importer.export.fbx.frame import Conversion
from importer.export.fbx.graph import Graph, choice, double, integer, prop, properties, text, vector
from importer.export.fbx.material import Materials
from importer.export.fbx.model import add_node
from importer.export.fbx.scene import Mesh, Scene
from importer.export.fbx.skin import add_bind_pose, add_skin

_TIME_MODES = {120: 1, 100: 2, 60: 3, 50: 4, 48: 5, 30: 6, 25: 10, 24: 11}
_CUSTOM_RATE = 14


def write_fbx(scene: Scene) -> bytes:
    """Return an FBX 7.4 binary file. The same scene gives the same bytes.

    Raises
    ------
    StageError
        The scene is empty, or its parts do not fit each other; see `importer.export.fbx.check`.
    """
    check(scene)
    graph = Graph()
    conversion = Conversion(scene.frame)
    uv_names = [
        node.content.uv_sets[0].name for node in scene.nodes if isinstance(node.content, Mesh) and node.content.uv_sets
    ]
    materials = Materials(graph, uv_names[0] if uv_names else "")
    material_ids = [materials.add(material) for material in scene.materials]
    worlds = conversion.world_matrices(scene.nodes)
    models: list[np.int64] = []
    contents: list[np.int64] = []
    for node in scene.nodes:
        model, content = add_node(graph, node, None if node.parent is None else models[node.parent], conversion)
        models.append(model)
        contents.append(content)
        for slot in node.materials:
            graph.connect(material_ids[slot], model)
    skinned = False
    for node, geometry, world in zip(scene.nodes, contents, worlds, strict=True):
        if isinstance(node.content, Mesh) and node.content.skin is not None:
            skin = node.content.skin
            bones = [(scene.nodes[joint].name, models[joint], worlds[joint]) for joint in skin.joints]
            add_skin(graph, node.name, geometry, world, skin, bones)
            skinned = True
    if skinned:
        add_bind_pose(graph, scene.nodes, models, worlds)
    for clip in scene.clips:
        add_clip(graph, clip, scene.nodes, models, conversion, scene.frames_per_second)
    return encode(
        [
            *_header(),
            _settings(scene),
            _documents(scene),
            Record("References", (), ()),
            _definitions(graph),
            Record("Objects", (), tuple(graph.objects)),
            Record("Connections", (), tuple(graph.connections)),
        ]
    )


def _header() -> list[Record]:
    creator = f"asset-drop {version('asset-drop')}"
    application = [("ApplicationVendor", "asset-drop"), ("ApplicationName", "importer")]
    stamp = ("Version", 1000), ("Year", 1970), ("Month", 1), ("Day", 1), ("Hour", 10), ("Minute", 0), ("Second", 0)
    info = (
        Record("Type", ("UserData",)),
        Record("Version", (100,)),
        properties(
            *(
                text(f"{when}|{key}", value)
                for when in ("Original", "LastSaved")
                for key, value in (*application, ("ApplicationVersion", version("asset-drop")))
            )
        ),
    )
    extension = (
        Record("FBXHeaderVersion", (1003,)),
        Record("FBXVersion", (VERSION,)),
        Record("EncryptionType", (0,)),
        Record("CreationTimeStamp", (), tuple(Record(k, (v,)) for k, v in (*stamp, ("Millisecond", 0)))),
        Record("Creator", (creator,)),
        Record("SceneInfo", ("GlobalInfo\x00\x01SceneInfo", "UserData"), info),
    )
    return [
        Record("FBXHeaderExtension", (), extension),
        Record("FileId", (FILE_ID,)),
        Record("CreationTime", (CREATION_TIME,)),
        Record("Creator", (creator,)),
    ]


def _settings(scene: Scene) -> Record:
    # name of the axis, its number, its sign
    axes = {"y": (("Up", 1, 1), ("Front", 2, 1)), "z": (("Up", 2, 1), ("Front", 1, -1))}[scene.frame.up]
    ends = [float(track.times[-1]) for clip in scene.clips for track in clip.tracks]
    rate = scene.frames_per_second
    entries = []
    for name, axis, sign in (*axes, ("Coord", 0, 1), ("OriginalUp", axes[0][1], axes[0][2])):
        entries += [integer(f"{name}Axis", axis), integer(f"{name}AxisSign", sign)]
    return Record(
        "GlobalSettings",
        (),
        (
            Record("Version", (1000,)),
            properties(
                *entries,
                double("UnitScaleFactor", scene.frame.centimeters_per_unit),
                double("OriginalUnitScaleFactor", scene.frame.centimeters_per_unit),
                prop("AmbientColor", "ColorRGB", "Color", "", 0.0, 0.0, 0.0),
                text("DefaultCamera", "Producer Perspective"),
                choice("TimeMode", _TIME_MODES.get(int(rate) if rate == int(rate) else 0, _CUSTOM_RATE)),
                prop("TimeSpanStart", "KTime", "Time", "", np.int64(0)),
                prop("TimeSpanStop", "KTime", "Time", "", ticks(np.array([max(ends, default=1.0)]))[0]),
                double("CustomFrameRate", rate),
            ),
        ),
    )


def _documents(scene: Scene) -> Record:
    active = scene.clips[0].name if scene.clips else ""
    entries = properties(prop("SourceObject", "object", "", ""), text("ActiveAnimStackName", active))
    document = Record("Document", (np.int64(1), "Scene", "Scene"), (entries, Record("RootNode", (np.int64(0),))))
    return Record("Documents", (), (Record("Count", (1,)), document))


def _definitions(graph: Graph) -> Record:
    counts = Counter(record.name for record in graph.objects)
    types = [Record("ObjectType", ("GlobalSettings",), (Record("Count", (1,)),))]
    for kind, count in counts.items():
        template = (_NODE_TEMPLATE,) if kind == "Model" else ()
        types.append(Record("ObjectType", (kind,), (Record("Count", (count,)), *template)))
    head = (Record("Version", (100,)), Record("Count", (1 + sum(counts.values()),)))
    return Record("Definitions", (), (*head, *types))


# All that differs from zero is written with each object; this is for readers that take missing properties from here.
_NODE_TEMPLATE = Record(
    "PropertyTemplate",
    ("FbxNode",),
    (
        properties(
            choice("RotationOrder", 0),
            vector("RotationPivot", (0, 0, 0)),
            vector("ScalingPivot", (0, 0, 0)),
            vector("PreRotation", (0, 0, 0)),
            vector("PostRotation", (0, 0, 0)),
            vector("GeometricTranslation", (0, 0, 0)),
            vector("GeometricRotation", (0, 0, 0)),
            vector("GeometricScaling", (1, 1, 1)),
            prop("Lcl Translation", "Lcl Translation", "", "A", 0.0, 0.0, 0.0),
            prop("Lcl Rotation", "Lcl Rotation", "", "A", 0.0, 0.0, 0.0),
            prop("Lcl Scaling", "Lcl Scaling", "", "A", 1.0, 1.0, 1.0),
            prop("Visibility", "Visibility", "", "A", 1.0),
            prop("Visibility Inheritance", "Visibility Inheritance", "", "", 1),
        ),
    ),
)

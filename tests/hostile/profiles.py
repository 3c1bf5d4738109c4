"""Bad sidecars by the hundred."""

import random

_GOOD = """extends: [unity-urp]
asset:
  name: chair
  kind: prop
scale: {height_m: 0.9}
retopo: {faces: 8000}
lods:
  count: 3
  ratio: 0.5
collision: {kind: hull, max_vertices: 64}
export:
  formats: [glb, fbx]
  targets: [gltf, unity-urp]
"""
_VALUES = (
    *(
        "~",
        "yes",
        "-1",
        "0",
        "1e999",
        ".nan",
        "-.inf",
        "0x10",
        "1_000",
        "[[[]]]",
        "{}",
        "''",
        "2026-01-01",
        "!!binary aGk=",
    ),
    *(
        "../../evil",
        "/etc/passwd",
        "C:\\\\x",
        "con",
        "a\\x00b",
        '"\\u202eexe"',
        "9" * 400,
        "[" * 300,
        "{a: " * 300,
        "*x",
        "&x [*x]",
    ),
    *(
        "!!python/object/apply:os.system ['true']",
        "!include /etc/passwd",
        "<<: *x",
        "|\n  text",
        "'\"",
        "\x07",
        "\ud7ff",
    ),
)
_CRAFTED = (
    *(
        "",
        " ",
        "---\n---\n",
        "- 1\n",
        "text",
        "\t",
        "%YAML 9.9\n---\n",
        "a: &a [*a]\n",
        "? [1, 2]\n: 3\n",
        "1: 2\n",
        "asset: 7\n",
    ),
    "a: &a [x]\n"
    + "".join(f"b{i}: &b{i} [{', '.join(['*' + ('a' if i == 0 else f'b{i - 1}')] * 9)}]\n" for i in range(12)),
    *(
        "extends: sidecar.yaml\n",
        "extends: [[x]]\n",
        "extends: ../../../etc/passwd\n",
        "extends: ''\n",
        "extends: 'con'\n",
    ),
    *("[" * 20_000, "{a: " * 20_000, "a:\n" + "".join(f"{' ' * i}a:\n" for i in range(1, 3000)), "x" * 3_000_000),
    *(
        "\ufeff" + _GOOD,
        _GOOD.replace("\n", "\r"),
        _GOOD.replace("\n", "\u2028"),
        "asset: {name: '" + "n" * 5000 + "'}\n",
    ),
)


def profiles(number, seed=0):
    """Return the bytes of so many sidecars; the same for the same seed."""
    chance = random.Random(seed)
    made = [text.encode("utf-8", "surrogatepass") for text in _CRAFTED]
    made += [_GOOD.encode("utf-16"), b"\xff\xfe\xfd", b"a: \xe4\n", bytes(range(256)), b"\0" * 100]
    while len(made) < number:
        made.append(chance.choice([_value, _damage, _lines])(chance))
    return made[:number]


def _value(chance):
    lines = _GOOD.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    key = lines[at].split(":")[0]
    lines[at] = f"{key}: {chance.choice(_VALUES)}\n"
    return "".join(lines).encode("utf-8", "surrogatepass")


def _damage(chance):
    data = bytearray(_GOOD.encode())
    for _ in range(chance.choice([1, 3, 10])):
        data[chance.randrange(len(data))] = chance.choice([*b"{}[]:,&*!|>'\"%@`#-? \n\t", chance.randrange(256)])
    return bytes(data)


def _lines(chance):
    lines = _GOOD.splitlines(keepends=True)
    return "".join(chance.choices(lines, k=chance.randrange(1, 30))).encode()

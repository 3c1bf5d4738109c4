"""The report on one asset as one HTML page that needs nothing else: no script, no network, pictures inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from importer.records import Finding
from importer.verify.facts import Facts, Table

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --error: #c62828; --warning: #b26a00; --good: #2e7d32; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 68rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-weight: 600; } .verdict.error { color: var(--error); }
.verdict.warning { color: var(--warning); } .verdict.good { color: var(--good); }
img { max-width: 100%; border-radius: 6px; display: block; }
.finding { border-left: 4px solid var(--line); padding: .2rem 0 .2rem .8rem; margin: .8rem 0; overflow-wrap: anywhere; }
.finding.error { border-color: var(--error); } .finding.warning { border-color: var(--warning); }
.finding p { margin: .1rem 0; } .where { opacity: .7; } code { font-size: .9em; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem 1.2rem .25rem 0; vertical-align: top; }
tr { border-bottom: 1px solid var(--line); } td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.figures { columns: 2; } @media (max-width: 45rem) { .figures { columns: 1; } }
.figures div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line);
  padding: .15rem 0; break-inside: avoid; }
"""


def page(facts: Facts, findings: Sequence[Finding]) -> str:
    """Return the page."""
    parts = [_head(facts, findings)]
    if "turntable" in facts.pictures:
        parts.append(_picture("turntable", facts.pictures["turntable"]))
    parts.append("<h2>Findings</h2>")
    parts += [_finding(kind) for kind in _kinds(findings)] or ["<p>None: every check passed.</p>"]
    if facts.figures:
        rows = "".join(f"<div><span>{escape(k)}</span><span>{escape(v)}</span></div>" for k, v in facts.figures.items())
        parts.append(f'<h2>Figures</h2><div class="figures">{rows}</div>')
    parts += [f"<h2>{escape(title)}</h2>{_table(rows)}" for title, rows in facts.tables.items() if len(rows) > 1]
    parts += [
        f"<h2>{escape(title.capitalize())}</h2>{_picture(title, data)}"
        for title, data in facts.pictures.items()
        if title != "turntable"
    ]
    head = f'<!DOCTYPE html>\n<html lang="en"><head>{_meta(facts.name)}</head><body>\n'
    return head + "\n".join(parts) + "\n</body></html>\n"


def _meta(name: str) -> str:
    size = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    return f'<meta charset="utf-8">{size}<title>{escape(name)}</title><style>{_STYLE}</style>'


def _head(facts: Facts, findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    kind = "error" if errors else "warning" if warnings else "good"
    counts = [f"{n} {word}{'s' * (n > 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    verdict = ", ".join(counts) or "No findings"
    return f'<h1>{escape(facts.name)}</h1><p class="verdict {kind}">{verdict}</p>'


def _kinds(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings that say the same of several places together."""
    kinds: dict[tuple[str, str, str, str], list[Finding]] = {}
    for x in sorted(findings, key=lambda finding: finding.severity):
        kinds.setdefault((x.severity, x.code, x.what, x.fix), []).append(x)
    return list(kinds.values())


def _finding(same: Sequence[Finding]) -> str:
    first = same[0]
    where = "<br>".join(escape(finding.where) for finding in same)
    return (
        f'<div class="finding {escape(first.severity)}"><p><strong>{escape(first.severity)}</strong> '
        f"<code>{escape(first.code)}</code></p><p>{escape(_sentence(first.what))}</p>"
        f'<p>{escape(first.fix)}</p><p class="where">{where}</p></div>'
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." * (not text.endswith("."))


def _table(rows: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table><tr>{head}</tr>{body}</table>"


def _picture(title: str, data: bytes) -> str:
    return f'<img alt="{escape(title)}" src="data:image/png;base64,{b64encode(data).decode()}">'

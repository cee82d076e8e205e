"""Templates that nobody wrote: seeded random expressions and blocks, and what Transformers 5.24.0 makes of them.

    venv/bin/python parity/make_generated_snippets.py [how many] [seed] [file]

Without arguments it writes the battery beside the tests, `engines/jinja/_fixtures/generated.json`.
"""

import copy
import json
import pathlib
import random
import re
import sys

import transformers
from transformers.utils import chat_template_utils as utils

FILE = pathlib.Path(__file__).resolve().parent.parent / "engines" / "jinja" / "_fixtures" / "generated.json"
CONTEXT = {
    "s": "Hello, World",
    "t": "  a-b  c\tñ👍\n",
    "w": "",
    "n": 7,
    "f": 2.5,
    "z": 0,
    "no": None,
    "yes": True,
    "l": ["b", "a", "C", "a"],
    "k": [3, 1, 2, 1],
    "mix": [1, "1", None, True, [2]],
    "d": {"a": 1, "B": [1, 2], "c": {"x": "é"}},
    "ms": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "  hi <b> \n"},
        {"role": "assistant", "content": "x</think>y", "tool_calls": [{"function": {"name": "f", "arguments": {"q": 1}}}]},
        {"role": "tool", "content": "7"},
    ],
}
NAMES = ["s", "t", "w", "n", "f", "z", "no", "yes", "l", "k", "mix", "d", "ms", "missing", "ms[1].content", "ms[-1]", "d.c", "d.c.x", "ms[2].tool_calls", "l[0]", "k[1:]"]
TEXTS = ["''", "'a'", "'-'", "' '", "'\\n'", "'ab'", "'l'", "'</think>'", "'é'", "'👍'", "\"it's\"", "'<b>'", "'%'", "'{}'", "'2'", "'-3.5'", "'Ab cD'"]
NUMBERS = ["0", "1", "2", "-1", "3", "10", "1.0", "0.5", "-2.25", "1e3", "100"]


def literal(r: random.Random) -> str:
    kind = r.randrange(7)
    if kind < 2:
        return r.choice(TEXTS)
    if kind == 2:
        return r.choice(NUMBERS)
    if kind == 3:
        return r.choice(["true", "false", "none", "missing"])
    if kind == 4:
        return "[" + ", ".join(literal(r) for _ in range(r.randrange(3))) + "]"
    if kind == 5:
        return "(" + "".join(literal(r) + ", " for _ in range(r.randrange(1, 3))) + ")"
    return "{" + ", ".join(f"{r.choice(TEXTS)}: {literal(r)}" for _ in range(r.randrange(3))) + "}"


def filters(r: random.Random, depth: int) -> str:
    text, number, any_ = (lambda: r.choice(TEXTS)), (lambda: r.choice(NUMBERS)), (lambda: expression(r, depth - 1))
    attribute = lambda: r.choice(["'role'", "'content'", "'x'", "0", "'tool_calls.0.function.name'"])
    test = lambda: r.choice(["'odd'", "'string'", "'defined'", "'none'", "'mapping'", "'equalto', 1", "'in', l", "'gt', 1", "'ne', 'a'", "'sequence'", "'lower'"])
    return r.choice(
        [
            lambda: "trim", lambda: f"trim({text()})", lambda: "upper", lambda: "lower", lambda: "title", lambda: "capitalize",
            lambda: "length", lambda: "count", lambda: "string", lambda: "list", lambda: "first", lambda: "last", lambda: "int",
            lambda: f"int({number()})", lambda: "float", lambda: f"float({number()})", lambda: "abs", lambda: "round",
            lambda: f"round({r.choice(['0', '1', '2', '-1'])})", lambda: r.choice(['round(1, "floor")', 'round(1, "ceil")']),
            lambda: "tojson", lambda: f"tojson(indent={r.choice(['0', '1', '2', 'none'])})", lambda: "tojson(sort_keys=true)",
            lambda: "tojson(ensure_ascii=true)", lambda: "tojson(separators=(',', ':'))", lambda: "safe", lambda: "escape", lambda: "e",
            lambda: "join", lambda: f"join({text()})", lambda: f"join({text()}, attribute={attribute()})", lambda: f"default({any_()})",
            lambda: f"default({any_()}, true)", lambda: f"d({text()}, boolean=yes)", lambda: f"replace({text()}, {text()})",
            lambda: f"replace({text()}, {text()}, {r.choice(['1', '0', '2'])})", lambda: "sort", lambda: "sort(reverse=true)",
            lambda: f"sort(attribute={attribute()})", lambda: "sort(case_sensitive=true)", lambda: "unique", lambda: "unique|list", lambda: "reverse",
            lambda: "reverse|list", lambda: "dictsort", lambda: "dictsort(by='value')", lambda: "items|list", lambda: "min", lambda: "max",
            lambda: "sum", lambda: f"map(attribute={attribute()})|list", lambda: f"map(attribute={attribute()}, default={text()})|list",
            lambda: "map(" + r.choice(['"upper"', '"string"', '"trim"', '"length"', '"first"', '"tojson"', '"default", 5', '"replace", "a", "b"', '"int"']) + ")|list",
            lambda: f"select({test()})|list", lambda: f"reject({test()})|list", lambda: "select|list",
            lambda: f"selectattr({attribute()})|list", lambda: f"selectattr({attribute()}, {test()})|list", lambda: f"rejectattr({attribute()}, {test()})|list",
            lambda: f"groupby({attribute()})|list", lambda: f"batch({r.choice(['1', '2', '3'])})|list", lambda: f"batch(2, {literal(r)})|list",
            lambda: f"slice({r.choice(['1', '2', '3'])})|list", lambda: "indent(" + r.choice(["1", "2", '"> "']) + f", {r.choice(['true', 'false'])})",
            lambda: f"truncate({r.choice(['3', '5', '8'])}, {r.choice(['true', 'false'])}, {text()}, {r.choice(['0', '2'])})", lambda: "wordcount",
            lambda: f"center({r.choice(['3', '9', '12'])})", lambda: f"format({any_()})", lambda: r.choice(['attr("a")', 'attr("x")', 'attr("items")']),
        ]
    )()


def methods(r: random.Random, depth: int) -> str:
    text, any_ = (lambda: r.choice(TEXTS)), (lambda: expression(r, depth - 1))
    return r.choice(
        [
            lambda: "upper()", lambda: "lower()", lambda: "strip()", lambda: f"strip({text()})", lambda: "lstrip()", lambda: f"rstrip({text()})",
            lambda: "split()", lambda: f"split({text()})", lambda: f"split({text()}, 1)", lambda: f"rsplit({text()}, 1)", lambda: "split(maxsplit=1)",
            lambda: "title()", lambda: "capitalize()", lambda: "swapcase()", lambda: "casefold()", lambda: "splitlines()", lambda: "splitlines(true)",
            lambda: f"replace({text()}, {text()})", lambda: f"replace({text()}, {text()}, 1)", lambda: f"startswith({text()})", lambda: f"endswith({text()})",
            lambda: f"startswith(({text()}, {text()}))", lambda: f"find({text()})", lambda: f"rfind({text()})", lambda: f"index({any_()})", lambda: f"count({any_()})",
            lambda: f"join({any_()})", lambda: "isdigit()", lambda: "isalpha()", lambda: "isspace()", lambda: "isupper()", lambda: "islower()", lambda: "isalnum()",
            lambda: "istitle()", lambda: "isnumeric()", lambda: "isdecimal()", lambda: "isidentifier()", lambda: f"ljust(9, {text()})", lambda: "rjust(9)", lambda: "zfill(6)", lambda: f"center(9, {text()})",
            lambda: f"partition({text()})", lambda: f"rpartition({text()})", lambda: f"removeprefix({text()})", lambda: f"removesuffix({text()})",
            lambda: f"format({any_()}, x={any_()})", lambda: "keys()|list", lambda: "values()|list", lambda: "items()|list", lambda: f"get({text()})",
            lambda: f"get({text()}, {any_()})", lambda: "copy()", lambda: "expandtabs(4)", lambda: "isascii()", lambda: "isprintable()",
        ]
    )()


def expression(r: random.Random, depth: int) -> str:
    if depth <= 0:
        return r.choice(NAMES) if r.random() < 0.6 else literal(r)
    inner = lambda: expression(r, depth - 1)
    kind = r.randrange(18)
    if kind < 5:
        return f"{wrapped(r, inner())}|{filters(r, depth)}"
    if kind < 8:
        return f"{wrapped(r, inner())}.{methods(r, depth)}"
    if kind == 8:
        return f"{inner()} {r.choice(['+', '-', '*', '/', '//', '%'])} {inner()}"
    if kind == 9:
        return f"{inner()} ~ {inner()}"
    if kind == 10:
        return f"{inner()} {r.choice(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'])} {inner()}"
    if kind == 11:
        return f"{inner()} {r.choice(['and', 'or'])} {inner()}"
    if kind == 12:
        return f"not {inner()}" if r.random() < 0.5 else f"-{inner()}"
    if kind == 13:
        return f"{inner()} if {inner()} else {inner()}" if r.random() < 0.7 else f"({inner()} if {inner()})"
    if kind == 14:
        part = lambda: r.choice(["", "", "0", "1", "-1", "2", "-2"])
        return f"{r.choice(NAMES)}[{part()}:{part()}{r.choice(['', '', ':-1', ':2'])}]"
    if kind == 15:
        return f"{wrapped(r, inner())}[" + r.choice(['0', '-1', '1', '"a"', '"role"', 'n', 'none']) + "]"
    if kind == 16:
        name = r.choice(
            ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "iterable", "sequence", "odd", "even", "true", "false", "callable", "lower", "upper", "divisibleby 2", "sameas none", "eq 1", "in l", "ge 2", "filter", "test"]
        )
        return f"{wrapped(r, inner())} is {r.choice(['', 'not '])}{name}"
    return f"{r.choice(['range(3)', 'range(4, 0, -2)', 'dict(a=1)', 'namespace(a=2).a', 'range(2)|list'])}"


def wrapped(r: random.Random, text: str) -> str:
    return text if text.replace("[", "").replace("]", "").replace(".", "").isalnum() or r.random() < 0.15 else f"({text})"


def block(r: random.Random, depth: int) -> str:
    dash = lambda: r.choice(["", "", "-", "+"])
    open_, close = (lambda: "{%" + dash()), (lambda: r.choice(["", "", "-", "+"]) + "%}")
    text = lambda: r.choice(["", " ", "a", "\n", " b\n", "\n\n  ", "\t", "x\r\n"])
    tag = lambda words: f"{open_()} {words} {close()}"
    if depth <= 0:
        return text() + "{{" + r.choice(["", "-"]) + " " + expression(r, 1) + " " + r.choice(["", "-"]) + "}}" + text()
    body = lambda: "".join(block(r, depth - 1) for _ in range(r.randrange(1, 3)))
    kind = r.randrange(10)
    if kind < 2:
        otherwise = tag("else") + body() if r.random() < 0.5 else ""
        return text() + tag(f"if {expression(r, 1)}") + body() + otherwise + tag("endif") + text()
    if kind < 4:
        what = r.choice(["m in ms", "i in range(3)", "a, b in d.items()", "x in l", "c in s[:3]", "m in ms if m.role != 'system'", "k2, v in d|dictsort", "x in k recursive"])
        jump = r.choice(["", "", tag("if loop.first") + tag("continue") + tag("endif"), tag("if loop.index > 2") + tag("break") + tag("endif")])
        shown = r.choice(["{{ loop.index }}", "{{ loop.revindex0 }}", "{{ loop.last }}", "{{ m.role }}", "{{ x }}", "{{ loop.cycle('o', 'e') }}", "{{ loop.previtem }}", "{{ a }}"])
        otherwise = tag("else") + body() if r.random() < 0.3 else ""
        return text() + tag(f"for {what}") + jump + shown + body() + otherwise + tag("endfor") + text()
    if kind == 4:
        return tag(f"set q = {expression(r, 2)}") + text() + "{{ q }}" + text()
    if kind == 5:
        return tag("set q" + r.choice(["", " | trim", " | upper | replace('A', 'b')"])) + body() + tag("endset") + "[{{ q }}]"
    if kind == 6:
        return tag("macro g(p, o='d')") + "{{ p }}{{ o }}" + body() + tag("endmacro") + "{{ g(" + r.choice(["1", "s, 2", "o=s", "p=l", ""]) + ") }}"
    if kind == 7:
        return tag(f"with v = {expression(r, 1)}") + "{{ v }}" + body() + tag("endwith") + "{{ v }}"
    if kind == 8:
        return "{#" + r.choice(["", "-"]) + " c " + r.choice(["", "-"]) + "#}" + text() + tag("filter " + r.choice(["trim", "upper", "replace('a', 'o')", "indent(1)", "length"])) + body() + tag("endfilter")
    return tag("set ns = namespace(i=0)") + tag("for x in l") + tag("set ns.i = ns.i + loop.index") + tag("endfor") + "{{ ns.i }}" + tag("raw") + " {{ x }} " + tag("endraw") + text()


def made(template: str) -> dict:
    try:
        return {"template": template, "text": utils._compile_jinja_template(template).render(**copy.deepcopy(CONTEXT))}
    except Exception as error:  # every refusal counts, whatever its class
        return {"template": template, "error": type(error).__name__}


def is_stable(text: str) -> bool:
    """Addresses of objects in memory differ from run to run."""
    return not re.search("0x[0-9a-f]{6}|sync_do_", text, re.IGNORECASE)


if __name__ == "__main__":
    many, seed = (int(arg) for arg in (sys.argv[1:3] or ["1600", "5"]))
    out = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else FILE
    r = random.Random(seed)
    rows: dict[str, dict] = {}
    refused = 0
    while len(rows) < many:
        template = "{{ " + expression(r, r.randrange(1, 4)) + " }}" if r.random() < 0.65 else block(r, r.randrange(1, 3))
        row = made(template)
        if template in rows or len(template) > 300 or not is_stable(row.get("text", "")) or len(row.get("text", "")) > 2000:
            continue
        if "error" in row:
            refused += 1
            if refused % 4:  # most random expressions are refused; a quarter of those is enough
                continue
        rows[template] = row
    out.write_text(json.dumps({"transformers": transformers.__version__, "context": CONTEXT, "rows": list(rows.values())}, ensure_ascii=False, indent=1) + "\n")

"""What Transformers 5.24.0 makes of the chat templates and snippets that the tests hold Telar's renderer against.

    python -m venv venv && venv/bin/pip install transformers==5.24.0 jinja2==3.1.6
    venv/bin/python parity/make_template_reference.py
"""

import datetime
import json
import pathlib

import transformers
from transformers.utils import chat_template_utils as utils

ROOT = pathlib.Path(__file__).resolve().parent.parent / "engines"
CHAT = ROOT / "chat-template" / "_fixtures"
JINJA = ROOT / "jinja" / "_fixtures"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


class FixedDate(datetime.datetime):
    """The day that the tests pin."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 6, 8, 5, 9)


def write(path: pathlib.Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def attempt(make) -> dict:
    try:
        return {"text": make()}
    except Exception as error:  # every refusal counts, whatever its class
        return {"error": f"{type(error).__name__}: {error}"}


def calls_with_objects(messages: list[dict]) -> bool:
    return any(isinstance(call["function"]["arguments"], dict) for message in messages for call in message.get("tool_calls") or [])


def arguments_as_text(messages: list[dict]) -> list[dict]:
    copied = json.loads(json.dumps(messages))
    for message in copied:
        for call in message.get("tool_calls") or []:
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"], ensure_ascii=False, separators=(",", ":"))
    return copied


def chats() -> None:
    conversations = json.loads((CHAT / "conversations.json").read_text())
    expected = {}
    for file in sorted((CHAT / "templates").glob("*.jinja")):
        source = file.read_bytes().decode()
        expected[file.stem] = {}
        for name, chat in conversations.items():

            def render(chat=chat, source=source):
                messages = utils._normalize_chat_messages(chat["messages"])
                texts, spans = utils.render_jinja_template(
                    conversations=[messages],
                    tools=chat.get("tools"),
                    documents=chat.get("documents"),
                    chat_template=source,
                    return_assistant_tokens_mask="generation" in source,
                    add_generation_prompt=chat.get("add_generation_prompt", False),
                    **TOKENS,
                )
                return {"text": texts[0], "generated": spans[0] if spans else []}

            made = attempt(render)
            if "error" in made and calls_with_objects(chat["messages"]):
                # The words where the template joins arguments to text: it is given them as clients send them.
                made["withArgumentsAsText"] = attempt(lambda: render({**chat, "messages": arguments_as_text(chat["messages"])}))
            expected[file.stem][name] = made.get("text", made)
    write(CHAT / "expected.json", {"transformers": transformers.__version__, "chats": expected})


def snippets() -> None:
    given = json.loads((JINJA / "snippets.json").read_text())
    results = [
        attempt(lambda t=template: utils._compile_jinja_template(t).render(**given["context"]))
        for template in given["templates"]
    ]
    write(JINJA / "expected.json", {"transformers": transformers.__version__, "results": results})


def dates() -> None:
    formats = ["%d %b %Y", "%Y-%m-%d", "%B %d, %Y", "%A %a %j %y %H:%M:%S %I %p", "%-d %-m %e|%_d", "%U %W %w %u", "%F %T %D %R", "%c|%x|%X", "100%%"]
    days = [(2024, 7, 6, 8, 5, 9), (2024, 2, 29, 0, 0, 0), (2026, 12, 31, 23, 59, 59), (2023, 1, 1, 12, 0, 0)]
    rows = [[day, f, datetime.datetime(*day).strftime(f)] for day in days for f in formats]
    write(JINJA / "dates.json", rows)


if __name__ == "__main__":
    utils.datetime = FixedDate
    chats()
    snippets()
    dates()

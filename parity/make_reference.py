"""Reference values for the gradient self-check, from Transformers and PEFT.

usage: python parity/make_reference.py            writes engines/training/self-check.json
"""

import json
from pathlib import Path

import torch
from loss import mean_loss, token_losses
from tiny import SHAPES, make_model, make_rows

STEPS = 4
OUT = Path(__file__).parent.parent / "engines/training/self-check.json"


def plain(name: str) -> str:
    return name.replace(".default", "")


def reference(name: str) -> dict:
    torch.manual_seed(0)
    model, rows = make_model(name), make_rows(name)
    with torch.no_grad():
        row_losses, _ = token_losses(model, rows)
    mean_loss(model, rows).backward()
    trained = {plain(n): p for n, p in model.named_parameters() if p.requires_grad}
    gradients = {
        n: {"norm": p.grad.norm().item(), "first": p.grad.flatten()[:4].tolist()} for n, p in sorted(trained.items())
    }
    optimiser = torch.optim.AdamW(trained.values(), lr=0.01, weight_decay=0.01)
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = mean_loss(model, rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    return {"rowLosses": row_losses.tolist(), "gradients": gradients, "losses": losses}


if __name__ == "__main__":
    torch.set_num_threads(1)
    OUT.write_text(json.dumps({name: reference(name) for name in SHAPES}, indent=1) + "\n")
    print(f"wrote {OUT}")

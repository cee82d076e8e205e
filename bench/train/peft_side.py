"""The Transformers + PEFT side of the training benchmark: `peft_side.py JOB.json` prints its answer.

The plain loop that the documentation shows, with the same rows in the same order, the same optimizer and the same
clipping. Rows of a step are one padded batch. Logits of all positions are computed, as the model's forward does.
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(Path(__file__).parents[2] / "trainer"))
from loss import mean_loss, token_losses

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def held_out(model, rows: list[dict]) -> float:
    total, counted = 0.0, 0
    with torch.no_grad():
        for at in range(0, len(rows), 8):
            losses, counts = token_losses(model, rows[at : at + 8])
            total, counted = total + losses.sum().item(), counted + counts.sum().item()
    return total / counted


def main(path: str) -> None:
    job = json.loads(Path(path).read_text())
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    base = AutoModelForCausalLM.from_pretrained(job["modelDir"], dtype=getattr(torch, job["dtype"]))
    config = LoraConfig(r=job["rank"], lora_alpha=job["alpha"], target_modules=TARGETS, task_type="CAUSAL_LM")
    model = get_peft_model(base, config)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=job["learningRate"], weight_decay=0.01)
    before = held_out(model, job["heldOut"])
    seconds, losses = [], []
    for rows in job["batches"]:
        begin = time.perf_counter()
        optimizer.zero_grad()
        loss = mean_loss(model, rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - begin)
        print(f"  step {len(losses)} of {len(job['batches'])}: loss {losses[-1]:.3f}", file=sys.stderr, flush=True)
    after = held_out(model, job["heldOut"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer = {
        "stepSeconds": seconds,
        "losses": losses,
        "heldOutBefore": before,
        "heldOutAfter": after,
        "peakBytes": peak,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])

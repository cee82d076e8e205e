"""The loss Telar trains on: position t predicts ids[t + 1] where mask[t + 1] is 1, mean over all such tokens."""

import torch


def collate(rows: list[dict], pad: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """ids, attention mask and labels, each [rows, longest], right-padded; labels are -100 where nothing counts."""
    longest = max(len(r["ids"]) for r in rows)
    ids = torch.full((len(rows), longest), pad)
    attention, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for i, row in enumerate(rows):
        n = len(row["ids"])
        ids[i, :n] = torch.tensor(row["ids"])
        attention[i, :n] = 1
        counted = torch.tensor(row["mask"], dtype=torch.bool)
        labels[i, :n][counted] = ids[i, :n][counted]
    return ids, attention, labels


def token_losses(model, rows: list[dict]) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum of losses and number of counted tokens of each row."""
    ids, attention, labels = collate(rows)
    logits = model(input_ids=ids, attention_mask=attention).logits[:, :-1]
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=-100, reduction="none"
    ).view(len(rows), -1)
    return losses.sum(1), (labels[:, 1:] != -100).sum(1)


def mean_loss(model, rows: list[dict]) -> torch.Tensor:
    losses, counts = token_losses(model, rows)
    return losses.sum() / counts.sum()

/** Graphs that specs share, as files. */

export const n = (id: string, kind: string, title: string, params = {}) => ({
  id,
  kind,
  version: 1,
  params,
  title,
});

/** Five kinds of data, below one another: what is shown beside a node covers none. */
export const cleaning = (name: string, path: string) => ({
  telar: 1,
  name,
  nodes: [
    n("rows", "dataset-file", "Rows", { path }),
    n("chat", "to-chat", "Chat"),
    n("mask", "pii", "Mask"),
    n("good", "quality-filter", "Good", { minAnswerWords: 3 }),
    n("parts", "split", "Parts"),
  ],
  wires: [
    { from: "rows.data", to: "chat.data" },
    { from: "chat.data", to: "mask.data" },
    { from: "mask.data", to: "good.data" },
    { from: "good.data", to: "parts.data" },
  ],
  layout: { rows: [0, 0], chat: [0, 180], mask: [0, 360], good: [0, 540], parts: [0, 720] },
});

/** From rows to an adapter of the model in a folder; `train` says how. */
export const training = (name: string, path: string, model: string, train: object) => ({
  telar: 1,
  name,
  nodes: [
    n("rows", "dataset-file", "Rows", { path }),
    n("chat", "to-chat", "Chat"),
    n("base", "base-model", "Base", { source: "folder", path: model }),
    n("tokens", "tokenize", "Tokens", { maxLength: 64 }),
    n("train", "lora-train", "Train", { rank: 8, batchSize: 1, ...train }),
  ],
  wires: [
    { from: "rows.data", to: "chat.data" },
    { from: "chat.data", to: "tokens.data" },
    { from: "base.model", to: "tokens.model" },
    { from: "base.model", to: "train.model" },
    { from: "tokens.tokens", to: "train.tokens" },
  ],
  layout: { rows: [0, 0], chat: [0, 180], base: [500, 0], tokens: [0, 360], train: [500, 360] },
});

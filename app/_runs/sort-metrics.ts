/** What a person looks at first comes first. Compared without case, dashes and underscores. */
const ORDER = [
  "loss",
  "validationloss",
  "heldoutloss",
  "validationperplexity",
  "heldoutperplexity",
  "perplexity",
  "learningrate",
  "lr",
  "gradnorm",
  "gradientnorm",
  "tokenspersecond",
];
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

export function sortMetrics(names: readonly string[]): string[] {
  const rank = (name: string) => {
    const at = ORDER.indexOf(plain(name));
    return at < 0 ? ORDER.length : at;
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

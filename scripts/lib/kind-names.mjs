/** Places outside a kind's own folder that name it. What others must know of a kind stands in its definition. */

/** Functions and tables that are asked with a kind. */
const ASKED =
  "kindTitle|kindIcon|iconOf|failureMessage|failureSentence|problemSentence|failureText|problemText|useKindText|addKind|loadRunner";
/** Words that say that what stands beside them is a kind. */
const BESIDE = new RegExp(
  `\\bkinds?\\b|\\bKind|\\b(catalogue|nodes|runners|views|probes|nodeTexts)\\[|\\b(${ASKED})\\(`,
);

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Lines of a file that name a kind. A name with a hyphen is one wherever it is quoted; a name that is a plain word as well
 * (`split`, `merge`) is one beside the word "kind" or as a key of a registry.
 * @param {string} text source of the file @param {readonly string[]} kinds
 * @returns {{ line: number, kind: string }[]}
 */
export function kindNamesIn(text, kinds) {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[^:])\/\/.*/g, "$1");
  const one = `(${kinds.map(escaped).join("|")})`;
  const quoted = new RegExp(`["'\`]${one}\\\\?["'\`]`, "g");
  const inside = new RegExp(`\\b(?:nodes|catalogue)\\.${one}\\b(?!\\s*\\()|["'\`/]nodes/${one}/`, "g");
  return code.split("\n").flatMap((line, at) => {
    const found = [...line.matchAll(quoted)]
      .map((match) => match[1])
      .filter((kind) => kind.includes("-") || BESIDE.test(line));
    for (const match of line.matchAll(inside)) found.push(match[1] ?? match[2]);
    return [...new Set(found)].map((kind) => ({ line: at + 1, kind }));
  });
}

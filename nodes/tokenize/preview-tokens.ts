import type { Encoded, LoadedTokenizer } from "@/engines/tokenizer/load";

const TOKENS_SHOWN = 600;
/** A letter takes at most four bytes, so at most four tokens. */
const PARTS = 4;

/** Text, id and mask of each token; the bytes of a letter that is several tokens come with its last one. */
export async function previewTokens(
  { ids, mask }: Encoded,
  tokenizer: LoadedTokenizer,
): Promise<[text: string, id: number, mask: 0 | 1][]> {
  const shown: [string, number, 0 | 1][] = [];
  let waiting: number[] = [];
  for (const [i, id] of ids.slice(0, TOKENS_SHOWN).entries()) {
    waiting.push(id);
    const text = await tokenizer.decode(waiting);
    const whole = !text.includes("\ufffd") || waiting.length === PARTS;
    shown.push([whole ? text : "", id, mask[i] ? 1 : 0]);
    if (whole) waiting = [];
  }
  return shown;
}

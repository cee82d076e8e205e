/** What is measured of a row. Pure; thresholds come later, so moving one measures nothing again. */
import { messagesOf, type Row } from "@/engines/table";
import { type Measured, measure } from "./measure";
import { BOILERPLATE, REFUSAL_WINDOW, REFUSALS } from "./phrases";
import { Vocabulary, type Word } from "./vocabulary";

/** `null`: the row has nothing to measure it on (a text has no question, a short answer no repetition). */
export type Scores = {
  answerWords: number;
  questionChars: number | null;
  /** Share of letters in the question, and of letters and digits in the answer: the smaller of the two. */
  letters: number | null;
  /** Share of the most frequent word. */
  topWord: number | null;
  /** Share of three-word sequences that stood before. */
  repeatedTrigrams: number | null;
  distinctWords: number | null;
  /** Share of longer words that nobody could say. */
  oddWords: number | null;
  echo: number;
  refusal: number;
  boilerplate: number;
};

/** Fewer words repeat by chance or style: lists of two, `yes, yes`. */
const REPETITION_WORDS = 10;
/** Fewer longer words say nothing about how they are spelt. */
const ODD_WORDS = 3;

/** Scores rows one after the other; `phrases` are stock phrases beside those that everybody has. */
export function scorer(phrases: readonly string[]): (row: Row) => Scores {
  const vocabulary = new Vocabulary();
  const stock = [...BOILERPLATE, ...phrases.map(plain)];
  return (row) => {
    vocabulary.nextRow();
    const { question, answer } = textsOf(row);
    const asked = question === undefined ? undefined : measure(question, vocabulary);
    const answered = measure(answer, vocabulary);
    const { words } = answered;
    const said = plain(answer);
    return {
      answerWords: words.length,
      questionChars: question === undefined ? null : question.trim().length,
      letters: lettersOf(asked, answered),
      ...repetition(words, vocabulary),
      oddWords: greatest([oddShare(words), oddShare(asked?.words ?? [])]),
      echo: question !== undefined && said !== "" && plain(question) === said ? 1 : 0,
      refusal: REFUSALS.some((phrase) => said.slice(0, REFUSAL_WINDOW).includes(phrase)) ? 1 : 0,
      boilerplate: stock.some((phrase) => said.includes(phrase)) ? 1 : 0,
    };
  };
}

/** All that people asked and all that was answered; a text is all answer. */
function textsOf(row: Row): { question?: string; answer: string } {
  const turns = messagesOf(row);
  if (!turns) return { answer: typeof row.text === "string" ? row.text : "" };
  const of = (wanted: string) =>
    turns
      .filter(({ role }) => role === wanted)
      .map(({ content }) => content)
      .join("\n");
  return { question: of("user"), answer: of("assistant") };
}

/** Lower case, straight apostrophes, one space for any white space. */
function plain(text: string): string {
  const ascii = /^[\0-\x7f]*$/.test(text);
  const same = ascii ? text : text.normalize("NFKC");
  const lower = same.toLowerCase();
  const straight = ascii ? lower : lower.replaceAll("’", "'");
  return straight.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/** A question needs letters; an answer may be a number. */
function lettersOf(asked: Measured | undefined, answered: Measured): number | null {
  const share = (count: number, { units }: Measured) => (units === 0 ? [] : [count / units]);
  const shares = [
    ...share(answered.letters + answered.numbers, answered),
    ...(asked ? share(asked.letters, asked) : []),
  ];
  return shares.length === 0 ? null : Math.min(...shares);
}

type Repetition = Pick<Scores, "topWord" | "repeatedTrigrams" | "distinctWords">;

function repetition(words: readonly Word[], vocabulary: Vocabulary): Repetition {
  if (words.length < REPETITION_WORDS) return { topWord: null, repeatedTrigrams: null, distinctWords: null };
  const { numbers, distinct } = vocabulary.numbered(words);
  const counts = new Int32Array(distinct);
  let most = 0;
  for (const number of numbers) most = Math.max(most, ++counts[number]!);
  return {
    topWord: most / words.length,
    repeatedTrigrams: repeatedShare(numbers, distinct),
    distinctWords: distinct / words.length,
  };
}

/** Three numbers below this fit into one exactly: its cube is below 2 to the power of 53. */
const EXACT_WORDS = 200_000;

/** Of the sequences of three, those that stood before. */
function repeatedShare(numbers: Int32Array, distinct: number): number {
  const total = numbers.length - 2;
  if (distinct >= EXACT_WORDS) {
    const seen = new Set<string>();
    for (let i = 0; i < total; i++) seen.add(numbers.subarray(i, i + 3).join(" "));
    return (total - seen.size) / total;
  }
  // Places for twice as many sequences as there are, so that few share one.
  const places = new Float64Array(2 ** Math.ceil(Math.log2(total * 2))).fill(-1);
  let seen = 0;
  for (let i = 0; i < total; i++) {
    const [a, b, c] = [numbers[i]!, numbers[i + 1]!, numbers[i + 2]!];
    const key = (a * distinct + b) * distinct + c;
    let place = Math.imul(Math.imul(Math.imul(a, 31) + b, 0x9e3779b1) + c, 0x85ebca6b) >>> 8;
    for (; ; place++) {
      place %= places.length;
      if (places[place] === key) break;
      if (places[place] !== -1) continue;
      places[place] = key;
      seen++;
      break;
    }
  }
  return (total - seen) / total;
}

function oddShare(words: readonly Word[]): number | null {
  let [longer, odd] = [0, 0];
  for (const word of words) {
    if (!word.longer) continue;
    longer++;
    if (word.odd) odd++;
  }
  return longer < ODD_WORDS ? null : odd / longer;
}

function greatest(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.max(...known);
}

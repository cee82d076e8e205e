/** What is measured of a row. Pure; thresholds come later, so moving one measures nothing again. */
import { messagesOf, type Row } from "@/engines/table";
import { lengthOf, type Measured, measure, WordList } from "./measure";
import { BOILERPLATE, REFUSAL_WINDOW, REFUSALS } from "./phrases";
import { Vocabulary } from "./vocabulary";

/** `null`: the row has nothing to measure it on (a text has no question, a short answer no repetition). */
export type Scores = {
  /** Null also where a script does not tell words apart: rules that need words ask nothing of such an answer. */
  answerWords: number | null;
  /** Wide characters count twice. */
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
  const lists = { asked: new WordList(), answered: new WordList() };
  const repetition = new Repetition(vocabulary);
  const stock = findsAny([...BOILERPLATE, ...phrases.map(plain)]);
  const refuses = findsAny(REFUSALS);
  return (row) => {
    vocabulary.nextRow();
    const { question, answer } = textsOf(row);
    const asked = question === undefined ? undefined : measure(question, vocabulary, lists.asked);
    const answered = measure(answer, vocabulary, lists.answered);
    const answerText = plain(answer);
    const isEcho = () => question !== undefined && answerText !== "" && plain(question) === answerText;
    return {
      answerWords: answered.wordless ? null : answered.words.length,
      questionChars: question === undefined ? null : lengthOf(question.trim()),
      letters: lettersOf(asked, answered),
      ...(answered.wordless ? NO_REPETITION : repetition.of(answered.words)),
      oddWords: greatest([oddShare(vocabulary, answered), asked ? oddShare(vocabulary, asked) : null]),
      echo: isEcho() ? 1 : 0,
      refusal: refuses(answerText.slice(0, REFUSAL_WINDOW)) ? 1 : 0,
      boilerplate: stock(answerText) ? 1 : 0,
    };
  };
}

/** Whether a text has one of the phrases in it: one pass for all of them. */
function findsAny(phrases: readonly string[]): (text: string) => boolean {
  const escaped = phrases.map((phrase) => phrase.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(escaped.join("|"));
  return (text) => pattern.test(text);
}

/** All that people asked and all that was answered; a text is all answer. Rows may come with both, made by the table engine. */
function textsOf(row: Row): { question?: string; answer: string } {
  if (typeof row.question === "string" && typeof row.answer === "string")
    return { question: row.question, answer: row.answer };
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

type Repeated = Pick<Scores, "topWord" | "repeatedTrigrams" | "distinctWords">;

const NO_REPETITION: Repeated = { topWord: null, repeatedTrigrams: null, distinctWords: null };

/** Three numbers below this fit into one exactly: its cube is below 2 to the power of 53. */
const EXACT_WORDS = 200_000;

/** How a text repeats itself. The tables are used again for text after text. */
class Repetition {
  private numbers = new Int32Array(0);
  private counts = new Int32Array(0);
  private places = new Float64Array(0);

  constructor(private readonly vocabulary: Vocabulary) {}

  of(words: Int32Array): Repeated {
    const total = words.length;
    if (total < REPETITION_WORDS) return NO_REPETITION;
    if (this.numbers.length < total) {
      this.numbers = new Int32Array(total * 2);
      this.counts = new Int32Array(total * 2);
      // Twice as many places as sequences, so that few share one.
      this.places = new Float64Array(2 ** Math.ceil(Math.log2(total * 4)));
    }
    const distinct = this.vocabulary.renumber(words, this.numbers);
    this.counts.fill(0, 0, distinct);
    let most = 0;
    for (let i = 0; i < total; i++) {
      const count = ++this.counts[this.numbers[i]!]!;
      if (count > most) most = count;
    }
    const sequences = total - 2;
    return {
      topWord: most / total,
      repeatedTrigrams: (sequences - this.distinctSequences(sequences, distinct)) / sequences,
      distinctWords: distinct / total,
    };
  }

  /** Of three words each. */
  private distinctSequences(sequences: number, distinct: number): number {
    const { numbers, places } = this;
    if (distinct >= EXACT_WORDS) {
      const seen = new Set<string>();
      for (let i = 0; i < sequences; i++) seen.add(numbers.subarray(i, i + 3).join(" "));
      return seen.size;
    }
    const size = 2 ** Math.ceil(Math.log2(sequences * 2));
    places.fill(-1, 0, size);
    let seen = 0;
    for (let i = 0; i < sequences; i++) {
      const [a, b, c] = [numbers[i]!, numbers[i + 1]!, numbers[i + 2]!];
      const key = (a * distinct + b) * distinct + c;
      let place = (Math.imul(Math.imul(Math.imul(a, 31) + b, 0x9e3779b1) + c, 0x85ebca6b) >>> 8) & (size - 1);
      while (places[place] !== -1 && places[place] !== key) place = (place + 1) & (size - 1);
      if (places[place] === key) continue;
      places[place] = key;
      seen++;
    }
    return seen;
  }
}

function oddShare(vocabulary: Vocabulary, { words }: Measured): number | null {
  const { longer, odd } = vocabulary.spelt(words);
  return longer < ODD_WORDS ? null : odd / longer;
}

function greatest(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The scores as the rules are written, by regular expressions over whole texts: slow and plain, to hold the fast ones against. */
import { messagesOf, type Row } from "@/engines/table";
import { BOILERPLATE, REFUSAL_WINDOW, REFUSALS } from "../phrases";
import type { Scores } from "../scores";

/** Fewer words repeat by chance or style: lists of two, `yes, yes`. */
const REPETITION_WORDS = 10;
/** Fewer longer words say nothing about how they are spelt. */
const ODD_WORDS = 3;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’_-]*/gu;
/** Scripts without spaces: there a character counts as a word, as a picture does everywhere. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}]/gu;
const SEGMENTED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const PICTURES = /\p{Emoji_Presentation}/gu;
const WORDLESS =
  /(?=\p{L})[\p{Script=Javanese}\p{Script=Balinese}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}]/u;
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** In the order of the text. */
function wordsIn(text: string): string[] {
  const parts: { at: number; word: string }[] = [];
  const take = (pattern: RegExp, from: string) => {
    for (const { 0: word, index: at } of from.matchAll(pattern)) parts.push({ at, word });
    return from.replace(pattern, (found) => " ".repeat(found.length));
  };
  let rest = text;
  for (const { 0: run, index } of text.matchAll(SEGMENTED))
    for (const { segment, isWordLike, index: within } of segmenter.segment(run))
      if (isWordLike) parts.push({ at: index + within, word: segment });
  rest = rest.replace(SEGMENTED, (found) => " ".repeat(found.length));
  const unspaced = [...rest.matchAll(UNSPACED)].filter(({ 0: char }) => /[\p{L}\p{N}]/u.test(char));
  for (const { 0: word, index: at } of unspaced) parts.push({ at, word });
  rest = rest.replace(UNSPACED, (found) => " ".repeat(found.length));
  rest = take(PICTURES, rest);
  take(WORD, rest);
  return parts.sort((a, b) => a.at - b.at).map(({ word }) => word);
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
const lengthOf = (text: string) => [...text].reduce((sum, char) => sum + (WIDE.test(char) ? 2 : 1), 0);

export function plainScores(row: Row, phrases: readonly string[]): Scores {
  const { question, answer } = textsOf(row);
  const written = wordsIn(answer);
  const words = written.map((word) => word.toLowerCase());
  const answerText = plain(answer);
  // A question needs letters; an answer may be a number.
  const letters = [
    share(answer, NO_LETTERS_OR_DIGITS),
    question === undefined ? null : share(question, NO_LETTERS),
  ].filter((n) => n !== null);
  const odd = [written, question === undefined ? [] : wordsIn(question)]
    .map(oddShare)
    .filter((n) => n !== null);
  const wordless = WORDLESS.test(answer);
  const repeats = !wordless && words.length >= REPETITION_WORDS;
  return {
    answerWords: wordless ? null : words.length,
    questionChars: question === undefined ? null : lengthOf(question.trim()),
    letters: letters.length === 0 ? null : Math.min(...letters),
    topWord: repeats ? topShare(words) : null,
    repeatedTrigrams: repeats ? repeatedShare(words, 3) : null,
    distinctWords: repeats ? new Set(words).size / words.length : null,
    oddWords: odd.length === 0 ? null : Math.max(...odd),
    echo: question !== undefined && plain(question) === answerText && answerText !== "" ? 1 : 0,
    refusal: REFUSALS.some((phrase) => answerText.slice(0, REFUSAL_WINDOW).includes(phrase)) ? 1 : 0,
    boilerplate: [...BOILERPLATE, ...phrases.map(plain)].some((phrase) => answerText.includes(phrase))
      ? 1
      : 0,
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

const plain = (text: string) =>
  text.normalize("NFKC").toLowerCase().replaceAll("’", "'").replace(/\s+/g, " ").trim();

/** Of the characters that are no space. */
function share(text: string, others: RegExp): number | null {
  const all = text.replace(/\s+/g, "").length;
  return all === 0 ? null : text.replace(others, "").length / all;
}
const NO_LETTERS = /[^\p{L}\p{M}]+/gu;
const NO_LETTERS_OR_DIGITS = /[^\p{L}\p{M}\p{N}\p{Emoji_Presentation}]+/gu;

function topShare(words: readonly string[]): number {
  const counts = new Map<string, number>();
  let top = 0;
  for (const word of words) {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    if (count > top) top = count;
  }
  return top / words.length;
}

function repeatedShare(words: readonly string[], size: number): number {
  const seen = new Set<string>();
  const total = words.length - size + 1;
  for (let i = 0; i < total; i++) seen.add(words.slice(i, i + size).join(" "));
  return (total - seen.size) / total;
}

/** Only words in Latin letters are judged; abbreviations in capitals are none. */
function oddShare(words: readonly string[]): number | null {
  const longer = words.filter(
    (word) => word.length >= 4 && /^\p{Script=Latin}+$/u.test(word) && word !== word.toUpperCase(),
  );
  if (longer.length < ODD_WORDS) return null;
  return longer.filter((word) => isOdd(word.toLowerCase().normalize("NFD"))).length / longer.length;
}

const isOdd = (word: string) =>
  !/[aeiouyæøœəıɨrl]/.test(word) ||
  /[bcdfghjklmnpqrstvwxz]{6}/.test(word.replace(/sch|ch|sh|th|ph|sz|cz|rz|dz|ng|ck/g, "s")) ||
  isKeyboardRun(word);

const KEYBOARD = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].flatMap((line) => [
  line,
  [...line].reverse().join(""),
]);

function isKeyboardRun(word: string): boolean {
  for (let i = 0; i + 4 <= word.length; i++) {
    const run = word.slice(i, i + 4);
    if (!REAL_RUNS.has(run) && KEYBOARD.some((line) => line.includes(run))) return true;
  }
  return false;
}

/** `property`, `powerty` and `poiuy`: the first is a word. */
const REAL_RUNS = new Set(["erty", "prop", "wert", "trew", "were"]);

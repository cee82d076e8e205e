/** What is known of words that were met before, so that each is looked at once and not in every row. */

/** A word whatever its case. `row` and `index`: its number among the distinct words of the row that was counted last. */
export type Lower = { row: number; index: number };
export type Word = {
  text: string;
  lower: Lower;
  /** Long enough, and in Latin letters, to be judged by its spelling. */
  longer: boolean;
  odd: boolean;
};

/** Distinct words held; beyond it all are forgotten between two rows. */
const MOST_WORDS = 100_000;
/** Places for words in ASCII: a power of two, so that a hash is cut to a place. */
const PLACES = 1 << 18;
/** Places looked at before the word is looked for by its text: words made to share a place must not cost more. */
const PROBES = 16;

const LONGER = 4;

export class Vocabulary {
  /** Of this object alone, so that nobody can make words that share their places. */
  readonly seed = Math.floor(Math.random() * 2 ** 31);
  private readonly words = new Map<string, Word>();
  private readonly lowers = new Map<string, Lower>();
  private places: (Word | undefined)[] = new Array(PLACES);
  private row = 0;

  /** Words of one row are looked up between two calls of it. */
  nextRow(): void {
    this.row++;
    if (this.words.size < MOST_WORDS) return;
    this.words.clear();
    this.lowers.clear();
    this.places = new Array(PLACES);
  }

  /** The hash of a word with one more character (FNV-1a). */
  hash(before: number, code: number): number {
    return Math.imul(before ^ code, 16_777_619);
  }

  /** The word that stands in a text, in ASCII, with the hash of its characters from `seed` on: the common case makes no string. */
  findAscii(text: string, begin: number, end: number, hash: number): Word {
    let place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    for (let probe = 0; probe < PROBES; probe++) {
      const word = this.places[place];
      if (!word) {
        const made = this.find(text.slice(begin, end));
        this.places[place] = made;
        return made;
      }
      if (isAt(word.text, text, begin, end)) return word;
      place = (place + 1) & (PLACES - 1);
    }
    return this.find(text.slice(begin, end));
  }

  find(written: string): Word {
    const found = this.words.get(written);
    if (found) return found;
    const small = written.toLowerCase();
    let lower = this.lowers.get(small);
    if (!lower) {
      lower = { row: 0, index: 0 };
      this.lowers.set(small, lower);
    }
    // Only words in Latin letters are judged; abbreviations in capitals are none.
    const longer =
      written.length >= LONGER && /^\p{Script=Latin}+$/u.test(written) && written !== written.toUpperCase();
    const word = { text: written, lower, longer, odd: longer && isOdd(small.normalize("NFD")) };
    this.words.set(written, word);
    return word;
  }

  /** The words as numbers from 0, equal for words equal but for case. */
  numbered(words: readonly Word[]): { numbers: Int32Array; distinct: number } {
    let distinct = 0;
    const numbers = new Int32Array(words.length);
    for (let i = 0; i < words.length; i++) {
      const { lower } = words[i]!;
      if (lower.row !== this.row) {
        lower.row = this.row;
        lower.index = distinct++;
      }
      numbers[i] = lower.index;
    }
    return { numbers, distinct };
  }
}

function isAt(word: string, text: string, begin: number, end: number): boolean {
  if (word.length !== end - begin) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(begin + i)) return false;
  return true;
}

/** No vowel, six consonants in a row, or letters that lie side by side on a keyboard. */
const isOdd = (word: string) =>
  !/[aeiouy]/.test(word) || /[bcdfghjklmnpqrstvwxz]{6}/.test(word) || isKeyboardRun(word);

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

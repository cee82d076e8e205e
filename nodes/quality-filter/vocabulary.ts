/** What is known of words that were met before, as numbers in tables: a word is looked at once, and a row makes no garbage. */

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
  /** By text as it is written, and in lower case. */
  private readonly words = new Map<string, number>();
  private readonly lowers = new Map<string, number>();
  /** Number of a word plus one. */
  private readonly places = new Int32Array(PLACES);
  private readonly texts: string[] = [];
  private readonly lowerOf: number[] = [];
  /** Long enough, and in Latin letters, to be judged by its spelling: 1, and 2 where it is no word. */
  private readonly spelling: number[] = [];
  /** The row in which a word was met last, whatever its case, and its number among the distinct words there. */
  private readonly metIn: number[] = [];
  private readonly indexIn: number[] = [];
  private row = 0;

  /** Words of one row are found between two calls of it. */
  nextRow(): void {
    this.row++;
    if (this.texts.length < MOST_WORDS) return;
    this.words.clear();
    this.lowers.clear();
    this.places.fill(0);
    for (const list of [this.texts, this.lowerOf, this.spelling, this.metIn, this.indexIn]) list.length = 0;
  }

  /** The number of the word in ASCII that stands in a text, with the hash of its characters from `seed` on: mostly without a string. */
  findAscii(text: string, begin: number, end: number, hash: number): number {
    let place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    for (let probe = 0; probe < PROBES; probe++) {
      const word = this.places[place]! - 1;
      if (word < 0) {
        const made = this.find(text.slice(begin, end));
        this.places[place] = made + 1;
        return made;
      }
      if (isAt(this.texts[word]!, text, begin, end)) return word;
      place = (place + 1) & (PLACES - 1);
    }
    return this.find(text.slice(begin, end));
  }

  find(written: string): number {
    const found = this.words.get(written);
    if (found !== undefined) return found;
    const word = this.texts.length;
    this.words.set(written, word);
    this.texts.push(written);
    const text = written.toLowerCase();
    const lower = this.lowers.get(text) ?? this.lowers.size;
    if (lower === this.lowers.size) {
      this.lowers.set(text, lower);
      this.metIn.push(0);
      this.indexIn.push(0);
    }
    this.lowerOf.push(lower);
    this.spelling.push(spellingOf(written, text));
    return word;
  }

  /** Turns numbers of words into numbers from 0 among the distinct words of the row, whatever their case. Returns how many there are. */
  renumber(words: Int32Array, into: Int32Array): number {
    let distinct = 0;
    for (let i = 0; i < words.length; i++) {
      const lower = this.lowerOf[words[i]!]!;
      if (this.metIn[lower] !== this.row) {
        this.metIn[lower] = this.row;
        this.indexIn[lower] = distinct++;
      }
      into[i] = this.indexIn[lower]!;
    }
    return distinct;
  }

  /** Longer words, and those of them that are none. */
  spelt(words: Int32Array): { longer: number; odd: number } {
    let [longer, odd] = [0, 0];
    for (let i = 0; i < words.length; i++) {
      const spelling = this.spelling[words[i]!]!;
      if (spelling > 0) longer++;
      if (spelling > 1) odd++;
    }
    return { longer, odd };
  }
}

/** The hash of a word with one more character (FNV-1a). */
export const hashed = (before: number, code: number): number => Math.imul(before ^ code, 16_777_619);

function isAt(word: string, text: string, begin: number, end: number): boolean {
  if (word.length !== end - begin) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(begin + i)) return false;
  return true;
}

/** Only words in Latin letters are judged; abbreviations in capitals are none. */
function spellingOf(written: string, lower: string): 0 | 1 | 2 {
  const longer =
    written.length >= LONGER && /^\p{Script=Latin}+$/u.test(written) && written !== written.toUpperCase();
  if (!longer) return 0;
  return isOdd(lower.normalize("NFD")) ? 2 : 1;
}

/** Two or three letters for one sound, as in German and Polish. */
const ONE_SOUND = /sch|ch|sh|th|ph|sz|cz|rz|dz|ng|ck/g;

/**
 * No vowel (`r` and `l` are vowels too, in `prst` and `vlk`), six consonants in a row, or letters that lie side by side on a
 * keyboard.
 */
const isOdd = (word: string) =>
  !/[aeiouyæøœəıɨrl]/.test(word) ||
  /[bcdfghjklmnpqrstvwxz]{6}/.test(word.replace(ONE_SOUND, "s")) ||
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

/** Words and letters of a text in one pass over its characters. */
import { hashed, type Vocabulary } from "./vocabulary";

const LETTER = 1;
const MARK = 2;
const NUMBER = 4;
const SPACE = 8;
/** Of a script without spaces: there a character counts as a word. */
const UNSPACED = 16;
/** Holds a word together. */
const JOINER = 32;
/** Says as much as a word. */
const PICTURE = 64;
/** Looked up already. */
const KNOWN = 128;
/** Of a script without spaces whose words a dictionary knows. */
const SEGMENTED = 256;
/** Of a script without spaces whose words nobody can tell apart. */
const WORDLESS = 512;

const CLASSES: [number, RegExp][] = [
  [LETTER, /^\p{L}$/u],
  [MARK, /^\p{M}$/u],
  [NUMBER, /^\p{N}$/u],
  [SPACE, /^\s$/],
  [UNSPACED, /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}]$/u],
  [JOINER, /^['’_-]$/],
  [PICTURE, /^\p{Emoji_Presentation}$/u],
  [SEGMENTED, /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u],
  [
    WORDLESS,
    /^[\p{Script=Javanese}\p{Script=Balinese}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}]$/u,
  ],
];

/** What is no part of a longer word. */
const ALONE = UNSPACED | SEGMENTED;

/** The dictionaries of ICU, which is part of Node. */
const segmenter = new Intl.Segmenter("en", { granularity: "word" });
/** Code units given to it at once, so that its memory does not grow with a text. */
const RUN = 10_000;

/** By code point, filled as characters come: a regular expression is asked once a character. */
const known = new Uint16Array(0x110000);

function classOf(code: number): number {
  const char = String.fromCodePoint(code);
  const made = CLASSES.reduce((bits, [bit, pattern]) => (pattern.test(char) ? bits | bit : bits), KNOWN);
  known[code] = made;
  return made;
}

/** Counts are of UTF-16 units that are no space. */
export type Measured = {
  /** Numbers of words in the vocabulary; of use until the next text is measured into the same list. */
  words: Int32Array;
  units: number;
  letters: number;
  /** Of digits and pictures. */
  numbers: number;
  /** It holds letters of a script whose words cannot be told apart, so `words` are not all. */
  wordless: boolean;
};

/** A list that is used again for text after text. */
export class WordList {
  list = new Int32Array(1024);
  length = 0;

  push(word: number): void {
    if (this.length === this.list.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.list);
      this.list = longer;
    }
    this.list[this.length++] = word;
  }
}

/**
 * A word begins with a letter or number and goes on with those, marks and joiners. In scripts without spaces it is what
 * ICU's dictionaries say, or one character; a picture is one too.
 */
export function measure(text: string, vocabulary: Vocabulary, words: WordList): Measured {
  let [units, letters, numbers] = [0, 0, 0];
  let begin = -1;
  /** Where text to be segmented begins. */
  let run = -1;
  let wordless = false;
  let ascii = true;
  let hash = 0;
  words.length = 0;
  for (let at = 0; at <= text.length; ) {
    if (begin >= 0 && ascii) {
      // Most of a text: letters in the middle of a word.
      const from = at;
      for (; at < text.length; at++) {
        const code = text.charCodeAt(at) | 32;
        if (code < 97 || code > 122) break;
        hash = hashed(hash, text.charCodeAt(at));
      }
      units += at - from;
      letters += at - from;
    }
    // The end of the text ends a word as a space does.
    let code = at < text.length ? text.charCodeAt(at) : 32;
    let width = 1;
    if (code >= 0xd800 && code < 0xdc00) {
      code = text.codePointAt(at)!;
      width = code > 0xffff ? 2 : 1;
    }
    const bits = known[code] || classOf(code);
    if ((bits & SPACE) === 0) units += width;
    if (bits & (LETTER | MARK)) letters += width;
    else if (bits & (NUMBER | PICTURE)) numbers += width;
    const goesOn = (bits & (LETTER | NUMBER | MARK | JOINER)) !== 0 && (bits & ALONE) === 0;
    if (run >= 0 && ((bits & SEGMENTED) === 0 || at - run >= RUN)) {
      for (const { segment, isWordLike } of segmenter.segment(text.slice(run, at)))
        if (isWordLike) words.push(vocabulary.find(segment));
      run = -1;
    }
    if (bits & (SEGMENTED | WORDLESS)) {
      if (bits & SEGMENTED && run < 0) run = at;
      if (bits & WORDLESS && bits & LETTER) wordless = true;
    }
    if (begin >= 0) {
      if (goesOn) {
        ascii &&= code < 128;
        hash = hashed(hash, code);
      } else {
        words.push(
          ascii ? vocabulary.findAscii(text, begin, at, hash) : vocabulary.find(text.slice(begin, at)),
        );
        begin = -1;
      }
    } else if (goesOn && bits & (LETTER | NUMBER)) {
      begin = at;
      ascii = code < 128;
      hash = hashed(vocabulary.seed, code);
    }
    if (bits & PICTURE || (bits & UNSPACED && bits & (LETTER | NUMBER)))
      words.push(vocabulary.find(text.slice(at, at + width)));
    at += width;
  }
  return { words: words.list.subarray(0, words.length), units, letters, numbers, wordless };
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/gu;

/** Code points, wide ones twice: two ideographs say what a short word does. */
export function lengthOf(text: string): number {
  if (/^[\0-\x7f]*$/.test(text)) return text.length;
  let points = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) points++;
  return points + (text.match(WIDE)?.length ?? 0);
}

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
/** Looked up already. */
const KNOWN = 128;

const CLASSES: [number, RegExp][] = [
  [LETTER, /^\p{L}$/u],
  [MARK, /^\p{M}$/u],
  [NUMBER, /^\p{N}$/u],
  [SPACE, /^\s$/],
  [UNSPACED, /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]$/u],
  [JOINER, /^['’_-]$/],
];

/** By code point, filled as characters come: a regular expression is asked once a character. */
const known = new Uint8Array(0x110000);

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
  numbers: number;
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

/** A word begins with a letter or number and goes on with those, marks and joiners. */
export function measure(text: string, vocabulary: Vocabulary, words: WordList): Measured {
  let [units, letters, numbers] = [0, 0, 0];
  let begin = -1;
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
    else if (bits & NUMBER) numbers += width;
    const goesOn = (bits & (LETTER | NUMBER | MARK | JOINER)) !== 0 && (bits & UNSPACED) === 0;
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
    if (bits & UNSPACED && bits & (LETTER | NUMBER)) words.push(vocabulary.find(text.slice(at, at + width)));
    at += width;
  }
  return { words: words.list.subarray(0, words.length), units, letters, numbers };
}

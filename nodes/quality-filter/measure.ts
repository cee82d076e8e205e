/** Words and letters of a text in one pass over its characters. */
import type { Vocabulary, Word } from "./vocabulary";

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
  const found = known[code]!;
  if (found !== 0) return found;
  const char = String.fromCodePoint(code);
  const made = CLASSES.reduce((bits, [bit, pattern]) => (pattern.test(char) ? bits | bit : bits), KNOWN);
  known[code] = made;
  return made;
}

/** Counts are of UTF-16 units that are no space. */
export type Measured = {
  words: Word[];
  units: number;
  letters: number;
  numbers: number;
};

/** A word begins with a letter or number and goes on with those, marks and joiners. */
export function measure(text: string, vocabulary: Vocabulary): Measured {
  const words: Word[] = [];
  let [units, letters, numbers] = [0, 0, 0];
  let begin = -1;
  let ascii = true;
  let hash = 0;
  const end = (at: number) => {
    if (begin < 0) return;
    words.push(ascii ? vocabulary.findAscii(text, begin, at, hash) : vocabulary.find(text.slice(begin, at)));
    begin = -1;
  };
  for (let at = 0; at < text.length; ) {
    let code = text.charCodeAt(at);
    let width = 1;
    if (code >= 0xd800 && code < 0xdc00) {
      code = text.codePointAt(at)!;
      width = code > 0xffff ? 2 : 1;
    }
    const bits = classOf(code);
    if ((bits & SPACE) === 0) units += width;
    if (bits & (LETTER | MARK)) letters += width;
    else if (bits & NUMBER) numbers += width;
    if (bits & UNSPACED) {
      end(at);
      if (bits & (LETTER | NUMBER)) words.push(vocabulary.find(text.slice(at, at + width)));
    } else if (begin < 0) {
      if (bits & (LETTER | NUMBER)) {
        begin = at;
        ascii = code < 128;
        hash = vocabulary.hash(vocabulary.seed, code);
      }
    } else if (bits & (LETTER | NUMBER | MARK | JOINER)) {
      ascii &&= code < 128;
      hash = vocabulary.hash(hash, code);
    } else end(at);
    at += width;
  }
  end(text.length);
  return { words, units, letters, numbers };
}

/** File names that come from outside, made into one plain file name everywhere; and names that look alike. */
import { extname } from "node:path";
import { UPLOADS } from "../limits";

/** Devices of Windows, whatever their ending: such a file could not be copied there. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Letters, digits, marks and `._ -`; no folder, no control or direction character, no leading dot, at most `maxNameBytes`. */
export function safeName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, "_")
    .replace(/^[. ]+/, "")
    .replace(/[. ]+$/, "");
  const free = DEVICE.test(plain) ? `_${plain}` : plain;
  return shorten(free, UPLOADS.maxNameBytes) || "data";
}

/** With its ending, which says how the file is read. */
function shorten(name: string, maxBytes: number): string {
  const bytes = (text: string) => Buffer.byteLength(text);
  if (bytes(name) <= maxBytes) return name;
  const ending = bytes(extname(name)) <= 20 ? extname(name) : "";
  let stem = "";
  for (const letter of name.slice(0, name.length - ending.length)) {
    if (bytes(stem) + bytes(letter) + bytes(ending) > maxBytes) break;
    stem += letter;
  }
  return `${stem.trimEnd()}${ending}`;
}

/** `name-2.csv` for the second. */
export function numbered(name: string, n: number): string {
  if (n === 1) return name;
  const ending = extname(name);
  return `${name.slice(0, name.length - ending.length)}-${n}${ending}`;
}

/** Letters of Cyrillic and Greek that are drawn as Latin ones (Unicode Technical Standard 39, the common cases). */
const TWINS = new Map(
  Object.entries({
    a: "аα",
    b: "вβь",
    c: "сϲ",
    d: "ԁ",
    e: "еєε",
    h: "һнη",
    i: "іїιı",
    j: "ј",
    k: "кκ",
    l: "ӏ",
    m: "мμ",
    n: "пν",
    o: "оοσө",
    p: "рρ",
    q: "ԛ",
    s: "ѕ",
    t: "тτ",
    u: "υ",
    v: "ѵ",
    w: "ԝω",
    x: "хχ",
    y: "уγү",
    z: "ζ",
  }).flatMap(([latin, twins]) => [...twins].map((twin) => [twin, latin] as const)),
);

/** Equal for names that a person takes for the same: case, marks, width and twins of other scripts apart. */
export function lookOf(name: string): string {
  const folded = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return [...folded].map((letter) => TWINS.get(letter) ?? letter).join("");
}

/** A file of conversations as people bring them: most good, some twice, some with personal data, some of no use, a few broken lines. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

const WORDS =
  "the of a to in is it you that he was for on are with as his they be at one have this from or had by hot word but what some we can out other were all there when up use your how said an each she which do their time if will way about many then them write would like so these her long make thing see him two has look more day could go come did number sound no most people my over know water than call first who may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name very through just form sentence great think say help low line differ turn cause much mean before move right boy old too same tell does set three want air well also play small end put home read hand port large spell add even land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth father".split(
    " ",
  );
const OTHERS =
  "qué está después además también corazón jardín niño mañana così perché über größe façade coração não ação 東京 данные".split(
    " ",
  );
/** Lines that may come a second time. */
const REMEMBERED = 2_000;
const BAD_LINES = ['{"messages": [', "[1, 2, 3]", "no JSON at all"];

/** Numbers from 0 to 1 that are the same on every machine (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes at least `bytes` of JSON lines. Returns the number of lines. */
export async function writeConversations(path: string, bytes: number): Promise<number> {
  const random = numbers(14);
  const out = createWriteStream(path, { highWaterMark: 4 * 1024 ** 2 });
  const recent: string[] = [];
  let [written, lines] = [0, 0];
  while (written < bytes) {
    const line = `${oneLine(lines, random, recent)}\n`;
    written += Buffer.byteLength(line);
    lines++;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await finished(out);
  return lines;
}

function oneLine(place: number, random: () => number, recent: string[]): string {
  const kind = random();
  if (kind < 0.0005) return BAD_LINES[place % BAD_LINES.length]!;
  if (kind < 0.12 && recent.length > 0) {
    const again = recent[Math.floor(random() * recent.length)]!;
    return kind < 0.06
      ? again
      : again.replace(/"content":"[a-z]/g, (begin) => begin.toUpperCase().replace("CONTENT", "content"));
  }
  const foreign = random() < 0.1 ? 0.2 : 0;
  const question = text(random, 8 + random() * 40, foreign);
  const answer = kind > 0.98 ? "ok" : text(random, 30 + random() * 300, foreign);
  const line = JSON.stringify({
    id: place,
    source: `set-${place % 7}`,
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: kind > 0.95 && kind < 0.97 ? `${answer} ${contact(random)}` : answer },
    ],
    rating: Math.round(random() * 1000) / 100,
  });
  if (recent.length < REMEMBERED) recent.push(line);
  else if (random() < 0.05) recent[Math.floor(random() * REMEMBERED)] = line;
  return line;
}

function text(random: () => number, words: number, foreign: number): string {
  const parts: string[] = [];
  for (let i = 0; i < words; i++) {
    const one = random();
    if (one < 0.01) parts.push(String(Math.floor(random() * 3_000)));
    else if (one < foreign) parts.push(OTHERS[Math.floor(random() * OTHERS.length)]!);
    else parts.push(WORDS[Math.floor(random() * WORDS.length)]!);
    if (one > 0.93) parts[parts.length - 1] += one > 0.995 ? ".\n" : one > 0.96 ? "." : ",";
  }
  return parts.join(" ");
}

const contact = (random: () => number) =>
  random() < 0.5
    ? `write to ana${Math.floor(random() * 1000)}@example.org`
    : `call 555-${String(Math.floor(random() * 900) + 100)}-${String(Math.floor(random() * 9000) + 1000)}`;

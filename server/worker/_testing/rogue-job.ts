/** A job that breaks the contract in the way that its parameter `text` names. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const dir = process.argv[2]!;
const { params } = JSON.parse(readFileSync(join(dir, "job.json"), "utf8")) as { params: { text: string } };
const output = join(dir, "outputs/data");
const raw = (text: string) => appendFileSync(join(dir, "events.ndjson"), text);
let sent = 0;
const say = (event: object) => raw(`${JSON.stringify({ n: ++sent, ...event })}\n`);
const log = (code: string, values: object) =>
  say({ t: "log", at: new Date().toISOString(), level: "info", code, values });
const file = (path: string, text: string) => ({
  path,
  size: Buffer.byteLength(text),
  sha256: createHash("sha256").update(text).digest("hex"),
});
const done = (files: object[], ports = ["data"]) =>
  say({
    t: "done",
    peakBytes: 1,
    outputs: Object.fromEntries(ports.map((port) => [port, { facts: { shape: "table" }, files }])),
  });
const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const ways: Record<string, () => void | Promise<void>> = {
  noise() {
    raw("<<< not an event\n\u0000\u0000\n[]\n{}\n");
    raw('{"n":1,"t":"metric","name":"loss","step":1,"value":NaN}\n');
    raw(`${"x".repeat(100 << 20)}\n`);
    say({ t: "metric", name: "loss", step: 1, value: "NaN" });
    log("text", { text: "half \ud83d and \u0000" });
    say({ t: "sample", prompt: "\udc00", text: "\u0000" });
    write(join(output, "a"), "hello");
    done([file("a", "hello")]);
    log("text", { text: "after the end" });
    raw('{"n":99,"t":"prog');
  },
  sha256() {
    write(join(output, "a"), "hello");
    done([file("a", "other")]);
  },
  hidden() {
    write(join(output, "a"), "hello");
    write(join(output, "b"), "not named");
    done([file("a", "hello")]);
  },
  missing: () => done([], []),
  unknown() {
    write(join(output, "a"), "hello");
    done([file("a", "hello")], ["data", "more"]);
  },
  outside() {
    write(join(dir, "../outside"), "hello");
    done([file("../../../outside", "hello")]);
  },
  link() {
    write(join(dir, "../elsewhere/a"), "hello");
    rmSync(output, { recursive: true });
    symlinkSync(join(dir, "../elsewhere"), output);
    done([file("a", "hello")]);
  },
  "link inside"() {
    write(join(dir, "../elsewhere-too"), "hello");
    symlinkSync(join(dir, "../elsewhere-too"), join(output, "a"));
    done([file("a", "hello")]);
  },
  silent: () => process.exit(3),
  async secret() {
    const asks = join(dir, "asks");
    const publicKey = Buffer.alloc(32, 9).toString("base64");
    writeFileSync(join(asks, ".1"), JSON.stringify({ ask: "secret", name: "HUB", publicKey }));
    renameSync(join(asks, ".1"), join(asks, "1.json"));
    const answer = join(dir, "answers/1.json");
    while (!existsSync(answer)) await new Promise((next) => setTimeout(next, 10));
    const { reason } = JSON.parse(readFileSync(answer, "utf8"));
    say({ t: "error", code: "INVALID_INPUT", reason, values: { name: "HUB" }, detail: "", peakBytes: 1 });
  },
};
await ways[params.text]!();

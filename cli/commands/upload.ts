import { randomBytes } from "node:crypto";
import { failureSentence } from "@/messages/words";
import { createKey } from "@/server/keys/create-key";
import { removeKey } from "@/server/keys/revoke-key";
import { type Progress, type SendOptions, type Stored, sendFile, UploadRefused } from "@/transfer/send-file";
import { type Args, type Command, EXIT, json, teamOption, UsageError } from "../command";
import { language } from "../language";
import { bytes, duration, print, printJson, say } from "../output";
import { type DiskFile, diskFile } from "../send-from-disk";
import { withTeam } from "../system";

/** Longer than any file takes. */
const KEY_MS = 7 * 86_400_000;
const EVERY_MS = 500;

export const upload: Command = {
  summary:
    "Send data files, however large, to where graphs find them; what broke off goes on where it stopped",
  usage: "FILE… [--name NAME] [--url URL] [--json]",
  positionals: [1, 100],
  options: { ...json, ...teamOption, name: { type: "string" }, url: { type: "string" } },
  help: {
    "--name NAME": "what one file is called there",
    "--url URL":
      "of another Telar, with a key of it (scope `data`) in TELAR_KEY; this machine's own otherwise",
    "--json": "print one JSON document",
  },
  run: async (args) => {
    const name = args.text("name");
    if (name !== undefined && args.positionals.length > 1)
      throw new UsageError("--name is for one file. Send the others by themselves.");
    const files: DiskFile[] = [];
    try {
      for (const path of args.positionals) files.push(await diskFile(path, name));
      return await withPlace(args, (place) => sendAll(files, place, args));
    } finally {
      for (const file of files) await file.close();
    }
  },
};

type Place = { origin: string; headers: Record<string, string> };

async function withPlace(args: Args, send: (place: Place) => Promise<number>): Promise<number> {
  const url = args.text("url");
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw new UsageError(`--url ${url} is no address, such as https://telar.example.org`);
    const key = process.env.TELAR_KEY;
    if (!key)
      throw new UsageError("Set TELAR_KEY to a key of that Telar: telar key create NAME --scope data");
    return send({ origin: new URL(url).origin, headers: { authorization: `Bearer ${key}` } });
  }
  return withTeam(args, async ({ pool, teamId, env }) => {
    const label = `telar upload ${randomBytes(6).toString("hex")}`;
    const expiresAt = new Date(Date.now() + KEY_MS);
    const key = (await createKey(pool, { teamId, name: label, scopes: ["data"], expiresAt }))!;
    try {
      return await send({
        origin: `http://127.0.0.1:${env.port}`,
        headers: { authorization: `Bearer ${key}` },
      });
    } finally {
      await removeKey(pool, teamId, label);
    }
  });
}

async function sendAll(files: readonly DiskFile[], place: Place, args: Args): Promise<number> {
  const stop = new AbortController();
  const onStop = () => stop.abort(new Stopped());
  process.on("SIGINT", onStop).on("SIGTERM", onStop);
  const sent: (Stored & { from: string })[] = [];
  try {
    for (const file of files) {
      const line = progressLine(file, !args.flag("json"));
      try {
        const stored = await sendFile(file, { ...place, signal: stop.signal, onProgress: line.show });
        // What the other end holds is what lies here: the bytes are compared, not their number.
        if (stored.sha256 !== (await file.sha256(stop.signal)))
          throw new UploadRefused("upload-differs", { name: file.name }, 422);
        sent.push({ from: file.path, ...stored });
        line.end();
        if (!args.flag("json")) {
          if (stored.name !== file.name)
            say(`There is a ${file.name} already, so it is called ${stored.name}.`);
          print(stored.path);
        }
      } finally {
        line.end();
      }
    }
    if (args.flag("json")) printJson(sent);
    return EXIT.done;
  } catch (error) {
    if (error instanceof Stopped) {
      say("Stopped. Send it again to go on where it stopped; what was sent is kept for three days.");
      return EXIT.cancelled;
    }
    if (error instanceof UploadRefused) {
      say(failureSentence(error.reason, error.values, "", language));
      return error.status < 500 ? EXIT.usage : EXIT.runFailed;
    }
    if (error instanceof TypeError) {
      say(`Nobody answers at ${place.origin}. Start Telar there, and send again to go on.`);
      return EXIT.runFailed;
    }
    throw error;
  } finally {
    process.off("SIGINT", onStop).off("SIGTERM", onStop);
  }
}

class Stopped extends Error {}

/** One line that is written over on a terminal; elsewhere a line every ten seconds. */
function progressLine({ name, size }: DiskFile, wanted: boolean) {
  const out = process.stderr;
  const every = out.isTTY ? EVERY_MS : 10_000;
  let last = 0;
  let open = false;
  const text = ({ sent, bytesPerSecond, secondsLeft, retryIn }: Progress) =>
    [
      `  ${name} ${bytes(sent)} of ${bytes(size)}`,
      retryIn === undefined ? undefined : `no connection, next try in ${duration(retryIn)}`,
      bytesPerSecond && `${bytes(bytesPerSecond)}/s`,
      secondsLeft && `${duration(secondsLeft)} left`,
    ]
      .filter(Boolean)
      .join(", ");
  const show: SendOptions["onProgress"] = (progress) => {
    if (!wanted || (Date.now() - last < every && progress.retryIn === undefined)) return;
    last = Date.now();
    if (out.isTTY) {
      out.write(`\r\u001b[K${text(progress).slice(0, (out.columns ?? 100) - 1)}`);
      open = true;
    } else out.write(`${text(progress)}\n`);
  };
  const end = () => {
    if (open) out.write("\r\u001b[K");
    open = false;
  };
  return { show, end };
}

/** For tests: a real S3 server (moto, from PyPI) in a child process, behind a door that tests may close. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findPythonWithPip } from "@/engines/hub/python-with-pip";

const PACKAGES = ["moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.2"];

/** Installed once, outside the checkout: the web app's build looks through all files of that. */
async function install(python: string): Promise<string> {
  const dir = join(tmpdir(), `telar-test-${PACKAGES.join("-").replaceAll("==", "-")}`);
  if (existsSync(dir)) return dir;
  const making = `${dir}.${randomBytes(4).toString("hex")}`;
  await mkdir(join(making, ".."), { recursive: true });
  try {
    const how = ["--quiet", "--disable-pip-version-check", "--target", making];
    await promisify(execFile)(python, ["-m", "pip", "install", ...how, ...PACKAGES]);
    await rename(making, dir).catch((error) => {
      // Another test file was faster.
      if (!existsSync(dir)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return dir;
}

export type Moto = {
  /** Where clients go: the door. */
  endpoint: string;
  /** What clients need in their environment. */
  variables: Record<string, string>;
  /** Nobody gets through, and who is inside is thrown out. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Bytes that clients sent; from `stallAfter` on they get no further. */
  sent(): number;
  stallAfter(bytes: number): void;
  makeBucket(name: string): Promise<void>;
  /** From now on only keys that the server itself gave out are taken. */
  refuseCredentials(): Promise<void>;
  stop(): Promise<void>;
};

export async function startMoto(): Promise<Moto> {
  const python = await findPythonWithPip();
  if (!python) throw new Error("These tests need Python 3 with pip, for an S3 server.");
  const packages = await install(python);
  const server = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
    env: { ...process.env, PYTHONPATH: packages, PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await portOf(server);
  let sent = 0;
  let limit = Number.POSITIVE_INFINITY;
  const inside = new Set<Socket>();
  const door = createServer((client) => {
    const out = connect(port, "127.0.0.1");
    for (const socket of [client, out]) {
      inside.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          inside.delete(socket);
          client.destroy();
          out.destroy();
        });
    }
    client.on("data", (chunk) => {
      sent += chunk.length;
      if (sent > limit) client.pause();
      else out.write(chunk);
    });
    out.pipe(client);
  });
  const listen = (at: number) =>
    new Promise<void>((done, fail) => door.once("error", fail).listen(at, "127.0.0.1", done));
  await listen(0);
  const doorPort = (door.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${doorPort}`;
  const close = () =>
    new Promise<void>((done) => {
      if (!door.listening) return done();
      door.close(() => done());
      for (const socket of inside) socket.destroy();
    });
  return {
    endpoint,
    variables: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "telar",
      AWS_SECRET_ACCESS_KEY: "secret",
    },
    close,
    open: () => listen(doorPort),
    sent: () => sent,
    stallAfter: (bytes) => {
      sent = 0;
      limit = bytes;
    },
    async makeBucket(name) {
      const answer = await fetch(`http://127.0.0.1:${port}/${name}`, { method: "PUT" });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async refuseCredentials() {
      await fetch(`http://127.0.0.1:${port}/moto-api/reset-auth`, { method: "POST", body: "0" });
    },
    async stop() {
      await close();
      server.kill("SIGKILL");
    },
  };
}

async function portOf(server: ChildProcess): Promise<number> {
  let output = "";
  return new Promise((done, fail) => {
    const hear = (text: Buffer) => {
      output += text;
      const found = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
      if (found) done(Number(found[1]));
    };
    server.stdout?.on("data", hear);
    server.stderr?.on("data", hear);
    server.once("exit", () => fail(new Error(`the S3 server ended: ${output}`)));
  });
}

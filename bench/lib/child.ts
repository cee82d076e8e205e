/** Runs a program to its end; what it says goes to stderr, what it answers comes back. */
import { spawn } from "node:child_process";

export function child(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const started = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    started.stdout.on("data", (chunk) => {
      output += chunk;
    });
    started.on("error", reject);
    started.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code ?? signal}`));
    });
  });
}

/** The last line of a program's output, as JSON. */
export async function answerOf<T>(command: string, args: readonly string[]): Promise<T> {
  const lines = (await child(command, args)).trim().split("\n");
  return JSON.parse(lines.at(-1) ?? "") as T;
}

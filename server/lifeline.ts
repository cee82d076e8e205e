/**
 * Preloaded into every child of the supervisor: when the pipe to the supervisor closes, whatever the reason,
 * the child ends. On SIGTERM it has `GRACE_MS` to end by itself (an open event stream would keep `next start` alive).
 */
const GRACE_MS = 1500;

if (process.env.TELAR_SUPERVISED === "1") {
  // Programs that this child starts have a pipe of another kind, or none: they are not held by it.
  delete process.env.TELAR_SUPERVISED;
  process.stdin
    .on("error", () => {})
    .on("close", () => leave())
    .on("end", () => leave());
  process.stdin.resume();
  process.stdin.unref?.();
  process.on("SIGTERM", () => leave());
}

let leaving = false;
function leave(): void {
  if (leaving) return;
  leaving = true;
  // Programs that listen for SIGTERM end in order; the rest is ended here.
  if (process.listenerCount("SIGTERM") > 1) process.emit("SIGTERM", "SIGTERM");
  setTimeout(() => process.exit(0), GRACE_MS).unref();
}

export {};

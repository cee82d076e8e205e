/** A new kind of node: the folder `nodes/_template` under another name. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { camelCase, KindProblem, nameProblem } from "./kinds.mjs";
import { root } from "./project.mjs";

const TEMPLATE = "_template";

/** `probe-kind` → `Probe kind` */
const titleOf = (kind) => kind.replaceAll("-", " ").replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** Writes `nodes/<kind>`, whole or not at all; throws a KindProblem for a name that is unfit or taken. Returns its files. */
export function writeNewKind(kind, base = root) {
  const unfit = nameProblem(kind);
  if (unfit) throw new KindProblem(unfit);
  const dir = join(base, "nodes", kind);
  if (existsSync(dir)) throw new KindProblem(`nodes/${kind} is there already. Choose another name.`);
  const making = join(base, "nodes", `_making-${kind}`);
  rmSync(making, { recursive: true, force: true });
  cpSync(join(base, "nodes", TEMPLATE), making, { recursive: true });
  for (const file of readdirSync(making)) {
    const text = readFileSync(join(making, file), "utf8")
      .replaceAll("new-kind", kind)
      .replaceAll("newKind", camelCase(kind))
      .replaceAll("New kind", titleOf(kind));
    writeFileSync(join(making, file), text);
    if (file.includes("new-kind"))
      renameSync(join(making, file), join(making, file.replace("new-kind", kind)));
  }
  renameSync(making, dir);
  return readdirSync(dir).map((file) => `nodes/${kind}/${file}`);
}

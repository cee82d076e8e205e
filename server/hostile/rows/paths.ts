/** Paths of data that lead where graphs may not read, or to what is no file. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

const source = async (system: HostileSystem, name: string, path: string) =>
  system.says(
    "check",
    await system.graph(`path-${name}.json`, [{ id: "source", kind: "dataset-file", params: { path } }]),
  );

const cases: [name: string, path: string, says: string][] = [
  [
    "absolute",
    "/etc/passwd",
    "source.path: `/etc/passwd` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.\n1 problem.",
  ],
  [
    "up",
    "../../../../etc/passwd",
    "source.path: `../../../../etc/passwd` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.\n1 problem.",
  ],
  [
    "device",
    "/dev/zero",
    "source.path: `/dev/zero` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.\n1 problem.",
  ],
  [
    "environment",
    "/proc/self/environ",
    "source.path: `/proc/self/environ` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.\n1 problem.",
  ],
  [
    "folder",
    "hostile-folder",
    "source.path: `hostile-folder` is not a regular file. Name the file itself, not a folder or a device.\n1 problem.",
  ],
  [
    "link",
    "hostile-link.csv",
    "source.path: `hostile-link.csv` lies outside the folders that graphs may read. Move it below the graph's folder or a data folder (TELAR_DATA_DIRS), or give it with --set on the command line.\n1 problem.",
  ],
  [
    "home",
    "~/.ssh/id_rsa",
    "source.path: There is no file at `~/.ssh/id_rsa`. Check the name, or put the file below the graph's folder or a data folder.\n1 problem.",
  ],
  [
    "scheme",
    "file:///etc/passwd",
    "source.path: `file:///etc/passwd` is not an address that is read: it must begin with http:// or https:// and hold no user name or password.\n1 problem.",
  ],
];

export const rows: readonly HostileRow[] = cases.map(([name, path, says]) => ({
  what: `a path: ${name}`,
  async send(system) {
    if (name === "folder") await mkdir(join(system.dir, path), { recursive: true });
    if (name === "link") await symlink("/etc/hostname", join(system.dir, path)).catch(() => {});
    return source(system, name, path);
  },
  answer: { exit: 2, says },
}));

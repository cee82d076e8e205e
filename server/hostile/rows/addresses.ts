/** Addresses of data that lead into this machine or its network, however they are written. */
import type { HostileRow } from "../row";

const PRIVATE =
  "leads into a private network, which graphs may not reach. Download the file into a data folder and name it here.";
const SCHEME =
  "is not an address that is read: it must begin with http:// or https:// and hold no user name or password.";

/** As it is written, as it is shown, and why it is refused. */
const addresses = [
  ["http://127.0.0.1:80/rows.csv", "http://127.0.0.1/rows.csv", PRIVATE],
  ["http://2130706433/rows.csv", "http://127.0.0.1/rows.csv", PRIVATE],
  ["http://0x7f000001/rows.csv", "http://127.0.0.1/rows.csv", PRIVATE],
  ["http://017700000001/rows.csv", "http://127.0.0.1/rows.csv", PRIVATE],
  ["http://[::1]/rows.csv", "http://[::1]/rows.csv", PRIVATE],
  ["http://[::ffff:127.0.0.1]/rows.csv", "http://[::ffff:7f00:1]/rows.csv", PRIVATE],
  ["http://169.254.169.254/latest/meta-data", "http://169.254.169.254/latest/meta-data", PRIVATE],
  ["http://10.0.0.1/rows.csv", "http://10.0.0.1/rows.csv", PRIVATE],
  ["http://0.0.0.0/rows.csv", "http://0.0.0.0/rows.csv", PRIVATE],
  ["https://me:hunter2@example.org/rows.csv", "https://example.org/rows.csv", SCHEME],
  ["ftp://example.org/rows.csv", "ftp://example.org/rows.csv", SCHEME],
  ["gopher://example.org/rows.csv", "gopher://example.org/rows.csv", SCHEME],
] as const;

export const rows: readonly HostileRow[] = addresses.map(([path, shown, why], i) => ({
  what: `data at ${path}`,
  async send(system) {
    const nodes = [{ id: "source", kind: "dataset-file", params: { path } }];
    return system.says("check", await system.graph(`address-${i}.json`, nodes));
  },
  answer: { exit: 2, says: `source.path: \`${shown}\` ${why}\n1 problem.` },
}));

/**
 * Adds the optional packages of other platforms that npm leaves out of package-lock.json on this one, so that `npm ci`
 * accepts the file everywhere. Run after every change of dependencies: node scripts/complete-lock.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { at } from "./lib/project.mjs";

const systems = {
  darwin: /darwin/,
  win32: /win32|windows/,
  android: /android/,
  freebsd: /freebsd/,
  netbsd: /netbsd/,
  openbsd: /openbsd/,
  openharmony: /openharmony/,
  aix: /aix/,
  sunos: /sunos/,
  linux: /linux/,
};
const processors = {
  wasm32: /wasm32/,
  arm64: /arm64/,
  x64: /x64/,
  ia32: /ia32/,
  riscv64: /riscv64/,
  ppc64: /ppc64/,
  s390x: /s390x/,
  loong64: /loong64/,
  mips64el: /mips64el/,
  arm: /arm/,
};
const named = (table, name) => Object.keys(table).find((key) => table[key].test(name));

const file = at("package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`${path}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue;
    const os = named(systems, name);
    const cpu = named(processors, name);
    if (!os && !cpu) continue;
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[\^~]/, ""),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os ? { os: [os] } : {}),
      ...(cpu ? { cpu: [cpu] } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`${added} entries added.`);

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { telarHome } from "@/cli/_testing/telar";
import { commands } from "@/cli/commands/index";
import { env } from "@/server/env";
import { serveTestGateway } from "@/server/gateway/_testing/serve";
import { commandsOf, type Example, examplesOf } from "./_testing/examples";

const guide = join(env().root, "docs/guide");
const pages = readdirSync(guide).filter((name) => name.endsWith(".md"));
/** What the shell would make of one word after the other. */
const words = (line: string) =>
  [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replace(/'([^']*)'/g, "$1"));

let home: Awaited<ReturnType<typeof telarHome>>;
let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
beforeAll(async () => {
  home = await telarHome();
  gateway = await serveTestGateway();
});
afterAll(async () => {
  await gateway.close();
  await home.remove();
});

describe.each(pages)("%s", (page) => {
  const examples = examplesOf(page);

  test("every example does what the page says", async () => {
    for (const example of examples) await follow(example);
  });

  test("every link leads to a page that is there", () => {
    const text = readFileSync(join(guide, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|\/)([^)#]+)/g)].map(([, link]) => link!);
    for (const link of links) expect(readFileSync(join(guide, link), "utf8").length).toBeGreaterThan(0);
  });
});

async function follow(example: Example): Promise<void> {
  const { at, language, name, text } = example;
  if (name) {
    if (language === "json") JSON.parse(text);
    await home.write(name, text);
    return;
  }
  expect([at, language]).toEqual([at, "sh"]);
  for (const line of commandsOf(example)) {
    const [program, ...rest] = words(line);
    if (program === "telar") {
      const { code, stderr } = await home.telar(...rest);
      expect({ at, line, code, stderr: code ? stderr : "" }).toEqual({ at, line, code: 0, stderr: "" });
    } else await call(at, line, rest);
  }
}

/** `curl [-s|-sN] URL [-H HEADER] [-d BODY]` */
async function call(at: string, line: string, args: string[]): Promise<void> {
  expect([at, words(line)[0]]).toEqual([at, "curl"]);
  const url = args.find((arg) => arg.startsWith("http"))!.replace("http://127.0.0.1:3001", gateway.url);
  const after = (flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const [header, value] = after("-H")?.split(": ") ?? [];
  const body = after("-d");
  const answer = await fetch(url, {
    ...(body ? { method: "POST", body } : {}),
    ...(header && value ? { headers: { [header]: value } } : {}),
  });
  const text = await answer.text();
  expect({ at, line, status: answer.status, text: answer.ok ? "" : text }).toMatchObject({ status: 200 });
  expect(text.length).toBeGreaterThan(20);
}

test("the page of the command line names every command", () => {
  const text = readFileSync(join(guide, "command-line.md"), "utf8");
  for (const name of Object.keys(commands)) expect(text).toContain(`\`telar ${name}`);
});

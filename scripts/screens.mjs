/**
 * The pictures of docs/screens, from a running Telar on which the example has run.
 * Usage: node scripts/screens.mjs LINK (the link that `npm start` prints; CHROMIUM_PATH names the browser)
 */
import { chromium } from "@playwright/test";
import { findBrowser } from "./lib/browser.mjs";
import { at } from "./lib/project.mjs";

const link = process.argv[2];
if (!link) throw new Error("Give the link that npm start prints.");
const browser = await chromium.launch({
  executablePath: await findBrowser(),
  args: ["--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
const page = await context.newPage();
await page.goto(link);
await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
const origin = new URL(link).origin;
const shot = async (name) => {
  await page.waitForTimeout(4000);
  await page.screenshot({ path: at("docs/screens", `${name}.png`) });
};
for (const theme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(`${origin}/`);
  await shot(`dashboard-${theme}`);
  await page.getByRole("table").getByText("Support assistant").first().click();
  await page.waitForURL(/runs/);
  await page.getByText("Train LoRA").first().click();
  await shot(`run-${theme}`);
  await page.getByRole("link", { name: "Open graph" }).click();
  await page.waitForURL(/\/g\//);
  await page.getByRole("heading", { name: "Train LoRA" }).click();
  await shot(`canvas-${theme}`);
  await page.getByText("Notebook", { exact: true }).click();
  await shot(`notebook-${theme}`);
  await page.getByText("App", { exact: true }).first().click();
  await shot(`app-${theme}`);
  await page.goto(`${origin}/chat/support-assistant`);
  await page.getByRole("textbox").first().fill("What is a ledger?");
  // Enabled once the page has taken the text over.
  await page.getByRole("button", { name: "Send" }).click();
  await page
    .getByText(/tokens\/s/)
    .first()
    .waitFor();
  await shot(`chat-${theme}`);
}
await browser.close();

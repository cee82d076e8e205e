import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./app";

async function serious(page: Page, ...rules: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page })
    // Only what is wrong is described, and in the page itself: it has no frames of other sites.
    .options({ resultTypes: ["violations"] })
    .setLegacyMode()
    .exclude(".react-flow__attribution");
  const { violations } = await (rules.length ? builder.withRules(rules) : builder).analyze();
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map(
      (v) =>
        `${v.id}: ${v.nodes
          .flatMap((n) => n.target)
          .slice(0, 3)
          .join(", ")}`,
    );
}

/** Axe finds nothing serious on the page as it stands, light or dark: only colours differ between the two. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const [theme, ...rules] of [["light"], ["dark", "color-contrast"]] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    expect(await serious(page, ...rules), theme).toEqual([]);
  }
}

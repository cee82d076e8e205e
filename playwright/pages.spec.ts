import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./app";
import { readState } from "./system/state";

const pages = {
  dashboard: "/",
  graphs: "/graphs",
  deployments: "/deployments",
  canvas: () => readState().landed,
};

for (const theme of ["light", "dark"] as const) {
  for (const [name, path] of Object.entries(pages)) {
    test(`${name} in ${theme} has no serious accessibility problem`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.goto(typeof path === "string" ? path : path());
      await expect(page.locator("body")).not.toBeEmpty();
      await page.waitForLoadState("networkidle").catch(() => {});
      const { violations } = await new AxeBuilder({ page }).exclude(".react-flow__attribution").analyze();
      const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
      expect(
        serious.map(
          (v) =>
            `${v.id}: ${v.nodes
              .map((n) => n.target.join(" "))
              .slice(0, 3)
              .join(", ")}`,
        ),
      ).toEqual([]);
    });
  }
}

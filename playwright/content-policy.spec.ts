import { expect, newGraph, test } from "./app";
import { readState } from "./system/state";

/** What the browser refuses because of the page's policy, and what the page says of it. */
const watchBreaches = `addEventListener("securitypolicyviolation", (event) => {
  (globalThis.breaches ??= []).push(event.violatedDirective + " " + event.blockedURI);
});`;
declare global {
  var breaches: string[] | undefined;
  var injected: boolean | undefined;
}

test("every page runs under the policy without one breach", async ({ page }) => {
  await page.addInitScript(watchBreaches);
  const graph = await newGraph(page);
  const paths = ["/", "/graphs", graph, readState().landed, "/deployments", "/teams", "/help", "/signed-out"];
  for (const path of paths) {
    const answer = await page.goto(path);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy, path).toMatch(/script-src 'self' 'nonce-\w{32}' 'strict-dynamic';/);
    expect(policy, path).not.toMatch(/script-src[^;]*unsafe/);
    await page.waitForLoadState("networkidle").catch(() => {});
    expect(await page.evaluate(() => globalThis.breaches ?? []), path).toEqual([]);
  }
});

test("a nonce is used once", async ({ request }) => {
  const nonce = async () =>
    /'nonce-(\w+)'/.exec((await request.get("/")).headers()["content-security-policy"] ?? "")?.[1];
  const [a, b] = [await nonce(), await nonce()];
  expect(a).toMatch(/^\w{32}$/);
  expect(a).not.toBe(b);
});

test.describe("with text from outside in the page", () => {
  test.use({ allowed: /Content Security Policy|violates|Refused|status of 404/ });

  test("a script that got into a page as text does not run, in whatever shape", async ({ page }) => {
    // The page as it comes over the wire, with what an attacker would have put into it.
    await page.route("**/graphs", async (route) => {
      const answer = await route.fetch();
      const evil = [
        "<script>globalThis.injected = true</script>",
        '<script nonce="">globalThis.injected = true</script>',
        '<script nonce="guessed">globalThis.injected = true</script>',
        '<img src="/nothing.png" onerror="globalThis.injected = true">',
        '<svg onload="globalThis.injected = true"></svg>',
        '<script src="data:text/javascript,globalThis.injected=true"></script>',
        '<iframe srcdoc="<script>parent.injected = true</script>"></iframe>',
        '<base href="https://evil.example/">',
      ].join("");
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace("</body>", `${evil}</body>`),
      });
    });
    await page.goto("/graphs");
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => globalThis.injected)).toBeUndefined();
    expect(await page.evaluate(() => document.baseURI)).not.toContain("evil.example");
  });
});

test("answers carry what keeps browsers from guessing, framing and telling others", async ({ request }) => {
  for (const path of ["/", "/api/health", "/icon.svg"]) {
    const headers = (await request.get(path)).headers();
    expect(headers, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers["x-powered-by"], path).toBeUndefined();
  }
  expect((await request.get("/api/health")).headers()["content-security-policy"]).toContain("sandbox");
});

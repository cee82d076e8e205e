/** What a page shows that nobody should read: found in the page itself, as it stands at this width. */
import type { Page } from "@playwright/test";
import type { Locale } from "../../messages/locales";

/** Words of English that are none in Spanish or Portuguese, and are no name of a product, a format or a method. */
const ENGLISH =
  "the and with from this that these which was were are not never nothing only another other than then when before after while " +
  "of is it its has have been will into onto out over under without between each every your you for " +
  "row rows run runs running node nodes wire wires graph graphs done failed stale cached queued waiting muted frozen skipped " +
  "settings output outputs input inputs history search find delete remove save saved share shared open close add edit undo redo " +
  "stop start stopped started retry again name version versions template templates untitled exact frame team weights size " +
  "step steps loss seed learning rate epochs batch length unknown missing empty loading error errors warning warnings seconds minutes " +
  "hours days ago left today yesterday deployment deployments answer answers message messages question questions " +
  "file files folder model models help guide keys shortcuts theme light dark language machine memory energy compare " +
  "removed kept changed masked measured trained served read written made fix details more less show hide all none yes";

/** What is the same in all languages although it has a point or a letter that would count. */
const NAMES: readonly RegExp[] = [
  /\bLlama[- ]3\.\d|\bSmolLM2\b|\bTinyLlama\b|\d+(\.\d+)?[BM]\b(?= |-|$)/g,
  /\bv?\d+\.\d+\.\d+(\.\d+)?(:\d+)?\b/g,
  /https?:\/\/\S+/g,
];

export type Fault = { what: "key" | "english" | "clipped" | "id" | "decimal"; text: string; at: string };

export async function faultsOf(page: Page, locale: Locale): Promise<Fault[]> {
  const names = NAMES.map(({ source }) => source);
  return page.evaluate(
    ({ english, names, locale }) => {
      const found = new Map<string, Fault>();
      type Fault = { what: "key" | "english" | "clipped" | "id" | "decimal"; text: string; at: string };
      const placeOf = (element: Element) => {
        const parts: string[] = [];
        for (let e: Element | null = element; e && parts.length < 4; e = e.parentElement)
          parts.unshift(
            `${e.tagName.toLowerCase()}${e.getAttribute("role") ? `[${e.getAttribute("role")}]` : ""}${e.classList[0] ? `.${e.classList[0]}` : ""}`,
          );
        return parts.join(" ");
      };
      const add = (what: Fault["what"], text: string, element: Element) => {
        const short = text.replace(/\s+/g, " ").trim().slice(0, 120);
        found.set(`${what} ${short}`, { what, text: short, at: placeOf(element) });
      };
      const seen = (element: Element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
      };
      /** Words of a person, a program or a library stand as they are. */
      const foreign = (element: Element) =>
        element.closest(
          "code, pre, kbd, script, style, noscript, .monaco, .cm-editor, [translate=no], [lang]:not(html)",
        ) !== null;

      const words = new RegExp(
        `(?<![\\p{L}\\p{N}_.\\-/])(${english.split(" ").join("|")})(?![\\p{L}\\p{N}_\\-/]|\\.\\w)`,
        "iu",
      );
      const check = (text: string, element: Element) => {
        if (
          /\b(app|nodes|failures|checks|reasons|logs|ledger|trainers|messages)\.[a-z][\w-]*(\.[\w-]+)+|\{\w+(, ?\w+)?\}/.test(
            text,
          )
        )
          add("key", text, element);
        if (/\bc[a-z0-9]{24}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}\b|\b[0-9a-f]{40,}\b/.test(text))
          add("id", text, element);
        let plain = text;
        for (const name of names) plain = plain.replace(new RegExp(name, "g"), " ");
        if (locale !== "en" && words.test(plain)) add("english", text, element);
        if (locale === "en" ? /\d,\d{1,2}(?!\d)/.test(plain) : /\d\.\d{1,2}(?!\d)|\d\.\d{4,}/.test(plain))
          add("decimal", text, element);
      };

      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement!;
        if (node.textContent!.trim() && !foreign(element) && seen(element)) check(node.textContent!, element);
      }
      for (const element of document.querySelectorAll(
        "[aria-label], [title], [placeholder], input, textarea, select",
      )) {
        if (foreign(element) || !seen(element)) continue;
        for (const name of ["aria-label", "title", "placeholder"]) {
          const value = element.getAttribute(name);
          if (value) check(value, element);
        }
        if (element instanceof HTMLInputElement && /text|number|search/.test(element.type))
          check(element.value, element);
      }

      const LABELS =
        "button, a, h1, h2, h3, h4, label, legend, summary, th, [role=tab], [role=menuitem], [role=option], [role=radio], .chip, input";
      for (const label of document.querySelectorAll(LABELS)) {
        for (const element of [label, ...label.querySelectorAll("*")]) {
          if (!(element instanceof HTMLElement) || !seen(element)) continue;
          const { overflowX, display, textOverflow } = getComputedStyle(element);
          const text = element instanceof HTMLInputElement ? element.placeholder : element.textContent;
          if (!text?.trim() || display === "inline" || element.closest(".sr-only, [translate=no]")) continue;
          if (element instanceof HTMLInputElement && element.value) continue;
          const burst = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
          if (burst && (overflowX !== "visible" || textOverflow === "ellipsis" || label === element))
            add("clipped", text, element);
        }
      }
      return [...found.values()];
    },
    { english: ENGLISH, names, locale },
  );
}

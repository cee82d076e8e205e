import type { ExportDoc } from "./export-doc";
import { StaticNotebook } from "./static-notebook";

/** One self-contained file. The renderer is loaded when the first export is made. */
export async function toHtml(doc: ExportDoc): Promise<string> {
  const { renderToStaticMarkup } = await import("react-dom/server");
  return `<!doctype html>\n${renderToStaticMarkup(<StaticNotebook doc={doc} />)}\n`;
}

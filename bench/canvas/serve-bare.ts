/** Bundles the baseline page as a production build and serves it on loopback. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export async function serveBare(): Promise<{ url: string; close: () => void }> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./bare.tsx", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    outdir: "bare",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const text = (ending: string) => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? "";
  const page = `<!doctype html><title>Bare</title><style>${text(".css")}</style><body><script type="module">${text(".js").replaceAll("</script", "<\\/script")}</script>`;
  const server = createServer((_, answer) =>
    answer.setHeader("content-type", "text/html; charset=utf-8").end(page),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  };
}

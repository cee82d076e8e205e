/** The notebook as static markup. React escapes every text; nothing here runs or asks the network for anything. */
import Markdown from "react-markdown";
import type { Block, ExportDoc, Part } from "./export-doc";
import { StaticCurve } from "./static-curve";
import { STYLE } from "./style";

/** No script, no request: what a note or a row may say cannot fetch anything when the file is opened. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function StaticNotebook({ doc }: { doc: ExportDoc }) {
  return (
    <html lang={doc.language}>
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width" />
        <title>{doc.title}</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <main>
          <h1>{doc.title}</h1>
          <p className="quiet">{doc.made}</p>
          {doc.parts.map((part, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
            <PartView key={k} part={part} />
          ))}
        </main>
      </body>
    </html>
  );
}

/** A picture of a note would be fetched: its words and address stand instead. */
const WITHOUT_PICTURES = {
  img: ({ alt, src }: { alt?: string | undefined; src?: unknown }) => (
    <>{`${alt ?? ""} (${String(src ?? "")})`}</>
  ),
};

function PartView({ part }: { part: Part }) {
  switch (part.part) {
    case "section":
      return <h2>{part.title}</h2>;
    case "note":
      return (
        <section className="note">
          <Markdown components={WITHOUT_PICTURES}>{part.markdown}</Markdown>
        </section>
      );
    case "cell":
      return (
        <article>
          <h3>{part.title}</h3>
          <p className="quiet">{[part.kind, part.status, part.run].filter(Boolean).join(", ")}</p>
          {part.params.length > 0 && <Pairs pairs={part.params} />}
          {part.blocks.map((block, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: blocks never move
            <BlockView key={k} block={block} />
          ))}
        </article>
      );
  }
}

function Pairs({ pairs }: { pairs: [string, string][] }) {
  return (
    <dl>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function BlockView({ block }: { block: Block }) {
  return (
    <section className="block">
      <h4>{block.title}</h4>
      {block.show === "pairs" && <Pairs pairs={block.pairs} />}
      {block.show === "curves" && <StaticCurve lines={block.lines} title={block.title} />}
      {block.show === "tokens" && (
        <p className="tokens">
          {block.tokens.map(({ text, trained }, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens repeat and never move
            <span key={k} className={trained ? "trained" : ""}>
              {text}
            </span>
          ))}
        </p>
      )}
      {block.show === "table" && <TableView block={block} />}
    </section>
  );
}

function TableView({ block: { columns, rows, total } }: { block: Extract<Block, { show: "table" }> }) {
  return (
    <>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
            <tr key={r}>
              {row.map((cell, c) => (
                <td key={columns[c]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total > rows.length && <p className="quiet">{`${rows.length} / ${total}`}</p>}
    </>
  );
}

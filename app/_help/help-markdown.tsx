import Link from "next/link";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";

/** A page of the guide. Its links lead to other pages of the help; one out of the guide shows as plain text. */
export function HelpMarkdown({ children }: { children: string }) {
  return (
    <Markdown
      remarkPlugins={[remarkGfm]}
      components={{
        a: ({ href = "", children: text }) =>
          href.startsWith("../") ? text : <Link href={inHelp(href)}>{text}</Link>,
      }}
    >
      {children}
    </Markdown>
  );
}

const inHelp = (href: string): string => {
  const page = /^([a-z0-9-]+|README)\.md(#.*)?$/.exec(href);
  if (!page) return href;
  return page[1] === "README" ? "/help" : `/help/${page[1]}${page[2] ?? ""}`;
};

import "@/app/_help/help.css";
import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { HelpMarkdown } from "@/app/_help/help-markdown";
import { HelpNav } from "@/app/_help/help-nav";
import { KindReference } from "@/app/_help/kind-reference";
import { guideLinks, readAbout, readGuide } from "@/app/_help/read-page";
import { page } from "@/app/_shell/page";
import type { AnyNode } from "@/graph/define-node";
import type { Locale } from "@/messages/locales";
import { catalogue, type NodeKind } from "@/nodes/index";
import { nodeTexts } from "@/nodes/texts";

type Props = { params: Promise<{ page?: string[] }> };

export async function generateMetadata() {
  return { title: (await getTranslations("app.help"))("title") };
}

/** The guide of `docs/guide`, and a page for each kind of node. */
export default page<Props>("team.read", async (_member, { params }) => {
  const path = (await params).page ?? [];
  const t = await getTranslations("app.help");
  const texts = nodeTexts[(await getLocale()) as Locale];
  const kind = path[0] === "kinds" && path.length === 2 ? path[1]! : undefined;
  const definition: AnyNode | undefined = kind
    ? Object.values(catalogue).find((one) => one.kind === kind)
    : undefined;
  const found = kind
    ? definition && (await readAbout(kind))
    : path.length < 2
      ? await readGuide(path[0] ?? "index")
      : undefined;
  if (!found) notFound();
  const kinds = Object.values(catalogue).map((one) => ({
    href: `/help/kinds/${one.kind}`,
    title: texts[one.kind as NodeKind].title,
  }));
  const groups = [
    { title: t("guide"), links: [{ href: "/help", title: t("start") }, ...(await guideLinks())] },
    { title: t("kinds"), links: kinds.sort((a, b) => a.title.localeCompare(b.title)) },
  ];
  const text = kind ? texts[kind as NodeKind] : undefined;
  return (
    <div className="help">
      <HelpNav label={t("title")} groups={groups} at={["/help", ...path].join("/")} />
      <article>
        <h1>{text?.title ?? found.title}</h1>
        {definition && text && (
          <>
            <p>{text.summary}</p>
            <KindReference definition={definition} text={text} />
          </>
        )}
        <HelpMarkdown>{found.markdown}</HelpMarkdown>
      </article>
    </div>
  );
});

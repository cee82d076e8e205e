import type { Metadata } from "next";
import { EditorSession } from "@/app/_editor/session";
import { requireMember } from "@/app/_shell/require-member";
import { openDraft } from "@/server/graphs/open-draft";
import { web } from "@/server/web";

type PageProps = { params: Promise<{ graphId: string }> };

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const [{ graphId }, member] = await Promise.all([params, requireMember()]);
  const { prisma } = await web();
  const graph = await prisma.graph.findFirst({
    where: { id: graphId, teamId: member.teamId },
    select: { name: true },
  });
  return graph ? { title: graph.name } : {};
}

export default async function EditorPage({ params }: PageProps) {
  const [{ graphId }, member] = await Promise.all([params, requireMember()]);
  const { prisma } = await web();
  // With the page, so that the browser need not ask for it; a graph that is not there is said by the page.
  const draft = await openDraft(prisma, member, graphId).catch(() => undefined);
  return <EditorSession graphId={graphId} team={member.teamName} draft={draft} />;
}

import type { Metadata } from "next";
import { EditorSession } from "@/app/_editor/session";
import { AccessProvider } from "@/app/_shell/access";
import { page } from "@/app/_shell/page";
import { requireMember } from "@/app/_shell/require-member";
import { grantsOf } from "@/server/access";
import { openDraft } from "@/server/graphs/open-draft";
import { web } from "@/server/web";

type PageProps = { params: Promise<{ graphId: string }> };

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const [{ graphId }, member] = await Promise.all([params, requireMember("graph.read")]);
  const { prisma } = await web();
  const graph = await prisma.graph.findFirst({
    where: { id: graphId, teamId: member.teamId },
    select: { name: true },
  });
  return graph ? { title: graph.name } : {};
}

export default page<PageProps>("graph.read", async (member, { params }) => {
  const [{ graphId }, { prisma }] = await Promise.all([params, web()]);
  // With the page, so that the browser need not ask for it; a graph that is not there is said by the page.
  const draft = await openDraft(prisma, member.teamId, graphId).catch(() => undefined);
  const team = { id: member.teamId, name: member.teamName };
  return (
    <AccessProvider access={{ team, grants: grantsOf(member.role) }}>
      <EditorSession graphId={graphId} draft={draft} />
    </AccessProvider>
  );
});

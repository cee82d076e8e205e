import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RunPage } from "@/app/_runs/run-page";
import { page } from "@/app/_shell/page";
import { requireMember } from "@/app/_shell/require-member";
import { web } from "@/server/web";

type Props = { params: Promise<{ runId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations("app.run");
  const { teamId } = await requireMember("run.read");
  const { prisma } = await web();
  const run = await prisma.run.findFirst({
    where: { id: (await params).runId, teamId },
    select: { number: true, graph: { select: { name: true } } },
  });
  return run ? { title: `${t("title", { number: run.number })}, ${run.graph.name}` } : {};
}

export default page<Props>("run.read", async (_member, { params }) => <RunPage id={(await params).runId} />);

import type { Metadata } from "next";
import { ChatPage } from "@/app/_chat/chat-page";
import { page } from "@/app/_shell/page";

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).slug) };
}

export default page<Props>("model.use", async (_member, { params }) => (
  <ChatPage slug={decodeURIComponent((await params).slug)} />
));

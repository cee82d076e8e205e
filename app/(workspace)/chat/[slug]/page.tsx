import type { Metadata } from "next";
import { ChatPage } from "@/app/_chat/chat-page";

type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).slug) };
}

export default async function Page({ params }: Props) {
  return <ChatPage slug={decodeURIComponent((await params).slug)} />;
}

"use client";
import { useCallback, useRef, useState } from "react";
import { teamHeaders } from "@/app/trpc/team";
import type { Chat, ChatFailure, Message, Sampling, Speed } from "@/ui/preview/chat";
import { readStream } from "./read-stream";

export function useChat(slug: string, system: string, sampling: Sampling): Chat {
  const [messages, setMessages] = useState<Message[]>([]);
  const [state, setState] = useState<Chat["state"]>("idle");
  const [speed, setSpeed] = useState<Speed>();
  const [failure, setFailure] = useState<ChatFailure>();
  const [cut, setCut] = useState<number>();
  const running = useRef<AbortController>(undefined);
  const nextId = useRef(1);

  const answer = useCallback(
    async (conversation: Message[]) => {
      const stop = new AbortController();
      running.current = stop;
      setMessages(conversation);
      setState("waiting");
      setFailure(undefined);
      setCut(undefined);
      const began = performance.now();
      let first: number | undefined;
      const id = nextId.current++;
      let text = "";
      try {
        const response = await fetch("/api/gateway/v1/chat/completions", {
          method: "POST",
          headers: { "content-type": "application/json", ...teamHeaders() },
          body: JSON.stringify(requestOf(slug, system, conversation, sampling)),
          signal: stop.signal,
        });
        if (!response.ok || !response.body) throw await refusalOf(response);
        const version = Number(response.headers.get("x-telar-version")) || undefined;
        for await (const part of readStream(response.body)) {
          if (part.type === "text") {
            first ??= performance.now();
            text += part.text;
            setState("answering");
            setMessages([...conversation, { id, role: "assistant", text, ...(version && { version }) }]);
          } else if (part.type === "end") setCut(part.reason === "length" ? sampling.maxTokens : undefined);
          else if (part.type === "usage") setSpeed(speedOf(began, first, part));
          else throw { message: part.message } satisfies ChatFailure;
        }
      } catch (error) {
        if (!stop.signal.aborted) setFailure(error as ChatFailure);
      } finally {
        if (running.current === stop) setState("idle");
      }
    },
    [slug, system, sampling],
  );

  return {
    messages,
    state,
    speed,
    failure,
    cut,
    send: (text) => void answer([...messages, { id: nextId.current++, role: "user", text }]),
    again: () =>
      void answer(messages.slice(0, messages.findLastIndex((message) => message.role === "user") + 1)),
    edit: (id, text) => {
      const at = messages.findIndex((message) => message.id === id);
      if (at >= 0) void answer([...messages.slice(0, at), { id: nextId.current++, role: "user", text }]);
    },
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      setMessages([]);
      setSpeed(undefined);
      setFailure(undefined);
      setCut(undefined);
    },
  };
}

function requestOf(slug: string, system: string, conversation: Message[], sampling: Sampling) {
  const turns = conversation.map(({ role, text }) => ({ role, content: text }));
  return {
    model: slug,
    messages: system.trim() ? [{ role: "system", content: system }, ...turns] : turns,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    max_tokens: sampling.maxTokens,
    ...(sampling.seed === undefined ? {} : { seed: sampling.seed }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function speedOf(
  began: number,
  first: number | undefined,
  usage: { prompt: number; completion: number },
): Speed {
  const now = performance.now();
  const writing = first === undefined ? 0 : (now - first) / 1000;
  return {
    firstTokenSeconds: ((first ?? now) - began) / 1000,
    // The first token belongs to the reading of the prompt.
    tokensPerSecond: writing > 0 && usage.completion > 1 ? (usage.completion - 1) / writing : undefined,
    prompt: usage.prompt,
    completion: usage.completion,
  };
}

async function refusalOf(response: Response): Promise<ChatFailure> {
  const body = await response.json().catch(() => ({}));
  return { ...body, message: body.error?.message ?? body.reason ?? response.statusText };
}

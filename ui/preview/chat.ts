/** A conversation with what is served, as a screen sees it. */
export type Sampling = { temperature: number; topP: number; maxTokens: number; seed: number | undefined };
export type Message = {
  id: number;
  role: "user" | "assistant";
  text: string;
  /** Of an answer: the version of the deployment that gave it. */
  version?: number;
};
export type Speed = {
  firstTokenSeconds: number;
  tokensPerSecond: number | undefined;
  prompt: number;
  completion: number;
};
export type ChatFailure = { reason?: string; values?: Record<string, string | number>; message: string };

export type Chat = {
  messages: Message[];
  /** The answer under way, once its first token is there. */
  state: "idle" | "waiting" | "answering";
  speed: Speed | undefined;
  failure: ChatFailure | undefined;
  /** The most tokens that were allowed, where the last answer stopped there. */
  cut: number | undefined;
  send(text: string): void;
  /** Answers the last question once more. */
  again(): void;
  /** Puts another text in the place of a question; what came after it goes. */
  edit(id: number, text: string): void;
  stop(): void;
  clear(): void;
};

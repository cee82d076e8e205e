/** What a Hugging Face hub says of a repository. API: huggingface.co/docs/hub/api */
import type { EnvHttpProxyAgent, Response } from "undici";
import { z } from "zod";
import { Failure } from "@/graph/problems";
import { ANSWER_MS, STALL_MS } from "./limits";

export type HubSettings = {
  endpoint: string;
  token?: string | undefined;
  offline: boolean;
  /** How long it may take to begin an answer. */
  answerMs?: number;
};
export type HubFile = {
  name: string;
  size: number;
  sha256?: string | undefined;
  gitSha1?: string | undefined;
};
export type HubModel = { repository: string; commit: string; files: HubFile[]; licence?: string | undefined };

/** `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE`, as the Python library reads them. */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  return {
    endpoint: (env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, ""),
    token: env.HF_TOKEN || undefined,
    offline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ""),
  };
}

const answerSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().optional(),
      blobId: z.string().optional(),
      lfs: z.object({ sha256: z.string(), size: z.number() }).nullish(),
    }),
  ),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).optional() }).nullish(),
});

/** @throws Failure `hub-unreachable` (UNAVAILABLE), `hub-gated`, `hub-not-found` */
export async function hubModel(
  repository: string,
  revision: string,
  settings: HubSettings,
  signal?: AbortSignal,
): Promise<HubModel> {
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const response = await hubGet(settings, path, repository, {}, signal);
  const parsed = answerSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success)
    throw unreachable(settings, repository, "its answer is not that of a Hugging Face hub");
  const { sha, siblings, cardData } = parsed.data;
  const licence = Array.isArray(cardData?.license) ? cardData.license[0] : cardData?.license;
  return {
    repository,
    commit: sha,
    licence,
    files: siblings.map(({ rfilename, size, blobId, lfs }) => ({
      name: rfilename,
      size: lfs?.size ?? size ?? 0,
      sha256: lfs?.sha256,
      gitSha1: lfs ? undefined : blobId,
    })),
  };
}

let proxies: EnvHttpProxyAgent | undefined;

/** GET below the endpoint; the headers must come within five seconds, the body may take its time. */
export async function hubGet(
  settings: HubSettings,
  path: string,
  repository: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Response> {
  const undici = await import("undici");
  proxies ??= new undici.EnvHttpProxyAgent({ bodyTimeout: STALL_MS });
  const patience = new AbortController();
  const answerMs = settings.answerMs ?? ANSWER_MS;
  const timer = setTimeout(() => patience.abort(), answerMs);
  const authorization = settings.token ? { authorization: `Bearer ${settings.token}` } : {};
  let response: Response;
  try {
    response = await undici.fetch(`${settings.endpoint}${path}`, {
      headers: { ...authorization, ...headers, "user-agent": "telar" },
      dispatcher: proxies,
      signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = patience.signal.aborted ? `no answer within ${answerMs / 1000} seconds` : reasonOf(cause);
    throw unreachable(settings, repository, why, cause);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return response;
  await response.body?.cancel().catch(() => {});
  const { status } = response;
  if (status === 401 || status === 403)
    throw new Failure("INVALID_INPUT", "hub-gated", { model: repository });
  if (status === 404) throw new Failure("INVALID_INPUT", "hub-not-found", { model: repository });
  throw unreachable(settings, repository, `it answers with status ${status}`);
}

export function unreachable(settings: HubSettings, model: string, why: string, cause?: unknown): Failure {
  return new Failure("UNAVAILABLE", "hub-unreachable", { model, hub: settings.endpoint, why }, { cause });
}

export function reasonOf(cause: unknown): string {
  const deepest = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const { code, message } = deepest as { code?: string; message?: string };
  return code ?? message ?? String(deepest);
}

/** Sends ended runs to an OpenTelemetry collector. Nothing of OpenTelemetry is loaded unless OTEL_EXPORTER_OTLP_ENDPOINT is set. */
import type { Context, SpanOptions, Tracer } from "@opentelemetry/api";
import { readRunSpans, type SpanOfRun, traceIdOf } from "@/server/runs/show";
import type { Queryable } from "./db";

export type Tracing = {
  /** Never throws: what cannot be sent is lost. Resolves when it is sent. */
  runEnded(db: Queryable, runId: string): Promise<void>;
  /** Waits for what is on its way. */
  close(): Promise<void>;
};

/** The exporter reads its endpoint and headers from the environment, as OpenTelemetry says. */
export async function startTracing(service: string): Promise<Tracing> {
  const [api, { TracerProvider, BatchSpanProcessor, RandomIdGenerator }, { OTLPTraceExporter }] =
    await Promise.all([
      import("@opentelemetry/api"),
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
    ]);
  const ids = new RandomIdGenerator();
  let traceId = "";
  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    idGenerator: { generateTraceId: () => traceId, generateSpanId: () => ids.generateSpanId() },
  });
  const tracer: Tracer = provider.getTracer(service);
  const emit = (span: SpanOfRun, above: Context) => {
    const { name, begin, end, failed, attributes, children } = span;
    const options: SpanOptions = { startTime: begin, attributes };
    const started = tracer.startSpan(name, options, above);
    const inside = api.trace.setSpan(above, started);
    for (const child of children) emit(child, inside);
    if (failed) started.setStatus({ code: api.SpanStatusCode.ERROR });
    started.end(Math.max(begin, end));
  };
  const onTheirWay = new Set<Promise<void>>();
  const send = async (db: Queryable, runId: string) => {
    try {
      const spans = await readRunSpans(db, runId);
      if (!spans) return;
      traceId = traceIdOf(runId);
      emit(spans, api.ROOT_CONTEXT);
      await provider.forceFlush();
    } catch {}
  };
  return {
    runEnded(db, runId) {
      const sending = send(db, runId).finally(() => onTheirWay.delete(sending));
      onTheirWay.add(sending);
      return sending;
    },
    async close() {
      await Promise.all(onTheirWay);
      await provider.shutdown().catch(() => {});
    },
  };
}

let tracing: Promise<Tracing> | undefined;

/** Of this process; undefined when no collector is named. */
export function processTracing(): Promise<Tracing> | undefined {
  if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) return undefined;
  tracing ??= startTracing("telar");
  return tracing;
}

/** Before a process that may have ended a run leaves. */
export async function closeTracing(): Promise<void> {
  await (await tracing)?.close();
}

/** The run engine's figures as Prometheus metrics. Every gateway on a database shows the same, since the rows count. */
import { Counter, Gauge, type Metric, type Registry } from "prom-client";
import { type EngineFigures, stepBuckets } from "../overview/engine-figures";
import { limits } from "./limits";

export function addEngineMetrics(registry: Registry, readFigures: () => Promise<EngineFigures>): void {
  const figures = atMostEvery(limits.figuresMs, readFigures);
  const registers = [registry];

  type Row = { value: number };
  const family = (
    Kind: typeof Counter | typeof Gauge,
    name: string,
    help: string,
    labelNames: string[],
    rowsOf: (all: EngineFigures) => readonly Row[],
  ) =>
    new Kind({
      name,
      help,
      labelNames,
      registers,
      async collect(this: Counter | Gauge) {
        const rows = rowsOf(await figures());
        this.reset();
        for (const { value, ...labels } of rows) this.inc(labels, value);
      },
    });

  family(
    Gauge,
    "telar_queue_nodes",
    "Node runs that have not ended",
    ["status", "device"],
    (all) => all.queue,
  );
  family(Gauge, "telar_workers", "Workers by whether they were seen lately", ["state"], (all) => all.workers);
  family(Counter, "telar_claims_total", "Attempts that workers claimed", ["kind"], (all) => all.claims);
  family(Counter, "telar_node_runs_total", "Node runs that ended", ["kind", "status"], (all) => all.ended);
  family(
    Counter,
    "telar_cache_hits_total",
    "Node runs that reused a result",
    ["kind"],
    (all) => all.cacheHits,
  );
  family(
    Counter,
    "telar_attempts_failed_total",
    "Attempts that failed",
    ["code", "reason"],
    (all) => all.failures,
  );
  family(Counter, "telar_attempts_reaped_total", "Attempts taken back from lost workers", [], (all) => [
    {
      value: all.failures.reduce((sum, { reason, value }) => sum + (reason === "worker-lost" ? value : 0), 0),
    },
  ]);
  registry.registerMetric(stepHistogram(figures));
}

/** A histogram whose counts come from rows: prom-client's own can only be observed into. */
function stepHistogram(figures: () => Promise<EngineFigures>): Metric {
  const name = "telar_step_seconds";
  const help = "From the claim to the recorded success of an attempt";
  const get = async () => ({
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    values: (await figures()).steps.flatMap(({ kind, counts, count, seconds }) => [
      ...stepBuckets.map((le, i) => ({
        metricName: `${name}_bucket`,
        labels: { kind, le },
        value: counts[i] ?? 0,
      })),
      { metricName: `${name}_bucket`, labels: { kind, le: "+Inf" }, value: count },
      { metricName: `${name}_sum`, labels: { kind }, value: seconds },
      { metricName: `${name}_count`, labels: { kind }, value: count },
    ]),
  });
  return { name, help, get, reset() {} } as unknown as Metric;
}

/** All families of a scrape, and scrapes that come close together, share one reading. */
function atMostEvery<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; value: Promise<T> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.at > ms) {
      const next = { at: performance.now(), value: read() };
      next.value.catch(() => {
        if (kept === next) kept = undefined;
      });
      kept = next;
    }
    return kept.value;
  };
}

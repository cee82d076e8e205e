import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EngineFigures } from "../overview/engine-figures";
import { addEngineMetrics } from "./engine-metrics";

export type GatewayMetrics = ReturnType<typeof createMetrics>;

/** Prometheus counters of one gateway. `model` is always the name of a deployment, never what a caller made up. */
export function createMetrics(
  state: () => { models: number; bytes: number; waiting: number },
  readFigures?: () => Promise<EngineFigures>,
) {
  const registry = new Registry();
  if (readFigures) addEngineMetrics(registry, readFigures);
  const registers = [registry];
  new Gauge({
    name: "telar_gateway_models_loaded",
    help: "Models in memory",
    registers,
    collect() {
      this.set(state().models);
    },
  });
  new Gauge({
    name: "telar_gateway_models_bytes",
    help: "Memory that models take, in bytes",
    registers,
    collect() {
      this.set(state().bytes);
    },
  });
  new Gauge({
    name: "telar_gateway_requests_waiting",
    help: "Requests that wait for a free sequence",
    registers,
    collect() {
      this.set(state().waiting);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: "telar_gateway_requests_total",
      help: "Requests answered",
      labelNames: ["route", "model", "status"],
      registers,
    }),
    tokens: new Counter({
      name: "telar_gateway_tokens_total",
      help: "Tokens read (prompt) and written (completion)",
      labelNames: ["model", "kind"],
      registers,
    }),
    starts: new Counter({
      name: "telar_gateway_backend_starts_total",
      help: "Backends that became ready, the first start and every later one",
      labelNames: ["model"],
      registers,
    }),
    crashes: new Counter({
      name: "telar_gateway_backend_crashes_total",
      help: "Backends that ended without being asked to, by why",
      labelNames: ["model", "reason"],
      registers,
    }),
    firstToken: new Histogram({
      name: "telar_gateway_time_to_first_token_seconds",
      help: "From the request to the first text",
      labelNames: ["model"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    seconds: new Histogram({
      name: "telar_gateway_request_seconds",
      help: "From the request to the end of the answer",
      labelNames: ["route", "model"],
      buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    }),
  };
}

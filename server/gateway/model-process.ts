/** Entry of a model's process, started by the gateway with an IPC channel and a pipe whose end is its own. */
import "../lifeline";
import { serveModel } from "./backends/llama/process/serve-model";

serveModel();

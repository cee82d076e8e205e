/** Entry of a job host that knows the kinds of the benchmark. */
import { serveJobs } from "@/server/worker/serve-jobs";
import { benchCatalogue, loadBenchRunner } from "./kinds";

serveJobs({ catalogue: benchCatalogue, loadRunner: loadBenchRunner });

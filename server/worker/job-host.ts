/** Entry of a job host, started by a worker with an IPC channel. */
import { catalogue } from "@/nodes/index";
import { loadRunner } from "@/nodes/runners";
import { serveJobs } from "./serve-jobs";

serveJobs({ catalogue, loadRunner });

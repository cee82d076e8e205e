/** Entry of a job host: started by a worker with an IPC channel, or with the folder of one job and that of `telar_jobs`. */
import { catalogue } from "@/nodes/index";
import { loadRunner } from "@/nodes/runners";
import { runFolderJob } from "./run-folder-job";
import { serveJobs } from "./serve-jobs";

const [folder, trainerDir = ""] = process.argv.slice(2);
if (folder) process.exit(await runFolderJob(folder, trainerDir, { catalogue, loadRunner }));
serveJobs({ catalogue, loadRunner });

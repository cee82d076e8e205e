/** Entry of a job host that knows the stub kinds. */
import { runFolderJob } from "../run-folder-job";
import { serveJobs } from "../serve-jobs";
import { loadStub, stubCatalogue } from "./stub-kinds";

const deps = { catalogue: stubCatalogue, loadRunner: loadStub };
const [folder, trainerDir = ""] = process.argv.slice(2);
if (folder) process.exit(await runFolderJob(folder, trainerDir, deps));
serveJobs(deps);

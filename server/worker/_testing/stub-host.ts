/** Entry of a job host that knows the stub kinds. */
import { serveJobs } from "../serve-jobs";
import { loadStub, stubCatalogue } from "./stub-kinds";

serveJobs({ catalogue: stubCatalogue, loadRunner: loadStub });

/** Entry of a job host that trains for real. */
import { serveJobs } from "../serve-jobs";
import { loadTrainRunner, trainCatalogue } from "./train-kinds";

serveJobs({ catalogue: trainCatalogue, loadRunner: loadTrainRunner });

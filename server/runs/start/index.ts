/** From a graph to a run under way. */
export { forecastLaunch, type LaunchRun, launchRun } from "./launch-run";
export { retryRun } from "./retry-run";

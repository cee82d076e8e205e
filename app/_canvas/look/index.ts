/** What is in sight. */
export { useFlow } from "./flow";

/** Longest line of `events.ndjson`: the `done` of an artifact of 50,000 files fits. What is longer is skipped and told. */
export const eventLineBytes = 16 * 1024 * 1024;
/** Lines that could not be read are told one by one up to here, and counted after that. */
export const unreadLines = 20;
/** Characters shown of a line that could not be read. */
export const unreadChars = 200;
/** Bytes read of `events.ndjson` in one go. */
export const chunkBytes = 1024 * 1024;
/** How often the folder of a running job is looked into. Only jobs of Python and of remote executors have one. */
export const pollMs = 50;
/** A question or an answer: a `checkpoint-made` of 50,000 files fits. */
export const askBytes = 16 * 1024 * 1024;
/** Questions that one job may ask; a job that asks more is broken. */
export const asksPerJob = 100_000;
/** How long a job waits between two looks for an answer. */
export const answerPollMs = 20;
/** A Python interpreter answers within this time, on a busy machine too. */
export const findPythonMs = 10_000;

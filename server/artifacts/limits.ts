/** Bytes read at a time while hashing: large enough that the hash, not the system call, takes the time. */
export const hashChunkBytes = 1 << 20;
/** A JSON file larger than this is listed, not shown. */
export const jsonPreviewBytes = 256 * 1024;
/** Files listed in a preview; a model has a dozen. */
export const listedFiles = 200;
/** Files up to this size are read at once. */
export const smallFileBytes = 64 * 1024;
/** What an interrupted writer left is removed after this long: no upload of one file takes a day. */
export const leftOverMs = 24 * 3_600_000;
/** Beyond that, a job folder of another machine on a shared disk: a training job may write nothing into it for days. */
export const foreignJobMs = 13 * 24 * 3_600_000;
/** S3: a file above this goes up in parts. The protocol wants at least 5 MB; four parts in memory at once are 32 MB a job. */
export const partBytes = 8 << 20;
/** S3 takes at most 10,000 parts. */
export const maxParts = 9_000;
export const partsAtOnce = 4;
/** S3: no answer to a connection, or silence on one, for this long is a failure; tried three times by the client. */
export const connectMs = 5_000;
export const silentMs = 60_000;
/** S3 deletes this many objects in one request. */
export const removedAtOnce = 1_000;
/** The cache beside a bucket is measured again after this share of its size was added. */
export const trimShare = 0.05;
/** What was used within this time stays in the cache whatever its size: a preview or a job may be about to read it. */
export const freshMs = 10 * 60_000;
/** Runs younger than this keep all that they made: long enough to come back after a holiday. */
export const recentRunDays = 30;
/** Bytes younger than this may be of an upload that no row names yet; the end of a job is recorded within minutes. */
export const uploadGraceMs = 24 * 3_600_000;
/** Blobs removed under one closed gate: finishing jobs wait meanwhile, a tenth of a second on a slow disk. */
export const removedUnderGate = 200;
/** Marks of removed blobs are kept for longer than any job lives. */
export const tombstoneDays = 60;
/** Blobs read at once when all are verified: hashing is bound by one core each. */
export const verifiedAtOnce = 2;
/** Of each deployment so many of its newest versions can be served again, beside the one that is. */
export const versionsKept = 5;

/** A process that puts one file into a bucket: `{ settings, path, sha256 }` in its first argument. For tests that kill it. */
import { s3Store } from "../s3-store";

const { settings, path, sha256 } = JSON.parse(process.argv[2]!);
await s3Store(settings).take([{ path, sha256 }]);

/** `telar doctor --verify` */
import { verifyStore } from "@/server/artifacts/collect/verify-store";
import { type Args, EXIT } from "../command";
import { bytes, print, printJson, say, table } from "../output";
import { withSystem } from "../system";

export const verifyAll = (args: Args): Promise<number> =>
  withSystem(async ({ pool, store }) => {
    let reported = 0;
    const found = await verifyStore(pool, store, (done, total) => {
      const tenth = Math.floor((done / total) * 10);
      if (tenth > reported && total > 100) say(`${done} of ${total} files read.`);
      reported = tenth;
    });
    if (args.flag("json")) printJson(found);
    else if (found.damaged.length) {
      print(
        table(
          found.damaged.map(({ digest, type, team, missing, damaged, madeBy }) => [
            digest.slice(0, 19),
            type,
            team,
            madeBy ? `${madeBy.graph}, run ${madeBy.run}, node ${madeBy.node}` : "no run",
            [
              ...missing.map((file) => `${file} is missing`),
              ...damaged.map((file) => `${file} is damaged`),
            ].join(", "),
          ]),
        ),
      );
    }
    say(
      `${found.artifacts} artifacts in ${found.blobs} files, ${bytes(found.bytes)}, read in ${store.place}.`,
    );
    if (found.healed) say(`${found.healed} that were damaged are whole again.`);
    if (!found.damaged.length) return EXIT.done;
    say(
      `${found.damaged.length} are missing or damaged and will not be taken from the cache. Run those graphs again: the nodes that made them run anew. What is served from them must be deployed again.`,
    );
    return EXIT.runFailed;
  });

/** Two databases over one store do not know of each other's artifacts: what is garbage to one may be all that the other has. */
import { Failure } from "@/graph/problems";
import type { Queryable } from "../db";
import type { BlobStore } from "./store";

async function installation(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM "Installation" LIMIT 1');
  return rows[0]!.id;
}

/** Done by whoever writes there. */
export async function ownStore(db: Queryable, store: BlobStore): Promise<void> {
  await store.own(await installation(db));
}

/** @throws Failure `store-shared` when another installation keeps artifacts there too */
export async function requireAlone(db: Queryable, store: BlobStore): Promise<void> {
  const mine = await installation(db);
  const other = (await store.owners()).find((id) => id !== mine);
  if (other) throw new Failure("UNAVAILABLE", "store-shared", { place: store.place, other });
}

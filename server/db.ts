/** Connections of `pg`, for the run protocol, whose statements are written out. Everything else goes through `prisma.ts`. */
import pg from "pg";

export type Pool = pg.Pool;
/** A connection inside a transaction. */
export type Tx = pg.ClientBase;
export type Queryable = Pick<pg.ClientBase, "query">;

const INT8 = 20;
/**
 * A transaction that waits for its process this long is ended by the database, and its locks with it: a process that was
 * stopped, or a machine that sleeps, holds nobody up. Ours take milliseconds; a third of a lease.
 */
const ABANDONED_MS = 5_000;

/** Big integers come as numbers: nothing we count or measure passes 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === INT8
      ? Number
      : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"],
};

export type PoolOptions = {
  max?: number;
  name?: string;
  /** For logs and heartbeats: what was committed in the last moments before the machine died may be lost. */
  relaxed?: boolean;
  /** How long the database keeps a transaction open whose process sends nothing. */
  abandonedMs?: number;
};

export function createPool(
  url: string,
  { max = 12, name = "telar", relaxed, abandonedMs = ABANDONED_MS }: PoolOptions = {},
): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    types,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: abandonedMs,
    // Statements that do not wait for each other's answers travel together.
    pipeline: true,
    ...(relaxed ? { options: "-c synchronous_commit=off" } : {}),
  });
  // A connection that breaks, idle or in use, is replaced; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}

/** Statements of open transactions whose answers nobody has asked for yet. */
const sent = new WeakMap<Tx, Promise<unknown>[]>();

/** For the last statements of a transaction: the commit travels with them. When one fails, so does the transaction. */
export function send(tx: Tx, statement: pg.QueryConfig): void {
  const answer = tx.query(statement);
  answer.catch(() => {});
  sent.get(tx)!.push(answer);
}

/** Runs `work` in one transaction; a deadlock or serialisation failure is tried again, since nothing was written. */
export async function transaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    const answers: Promise<unknown>[] = [];
    sent.set(client, answers);
    let broken: Error | undefined;
    try {
      send(client, { text: "BEGIN" });
      const result = await work(client);
      await Promise.all([...answers, client.query("COMMIT")]);
      return result;
    } catch (late) {
      // Whatever is sent after a statement that fails is refused too: the first error says why.
      const error = await Promise.all(answers).then(
        () => late,
        (first) => first,
      );
      await client.query("ROLLBACK").catch((rollback: Error) => {
        broken = rollback;
      });
      const code = (error as { code?: string }).code;
      if ((code !== "40P01" && code !== "40001") || attempt === 3) throw error;
    } finally {
      sent.delete(client);
      client.release(broken);
    }
  }
}

/** 08: connection, 25P03: the transaction was abandoned, 53: out of connections or room, 57P0: shutting down or starting up. */
const CONNECTION_CODES = /^(08|25P03|53|57P0)|^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/;

/** The database went away or is starting: the same again may well succeed. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (CONNECTION_CODES.test((error as { code?: string }).code ?? "")) return true;
  return /Connection terminated|Client has encountered a connection error|connection timeout/i.test(
    error.message,
  );
}

/** A restart of the database takes about a second. */
const AWAY_PAUSE_MS = 250;

/** For as long as the database is away `work` is done again; only where doing it twice does no harm. */
export async function patiently<T>(work: () => Promise<T>, giveUp: () => boolean = () => false): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionError(error) || giveUp()) throw error;
      await new Promise((done) => setTimeout(done, AWAY_PAUSE_MS));
    }
  }
}

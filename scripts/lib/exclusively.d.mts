export function exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
/** @param lock path of the lock file; answers what gives it back */
export function take(lock: string, options?: { lookMs?: number; silentMs?: number }): Promise<() => void>;

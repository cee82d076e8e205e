/** A start waits this long for the server to answer: creating the folder takes 2 s, recovery after a crash some more. */
export const startMs = 60_000;
/** How often a start looks whether the server is ready (a warm start takes about 50 ms). */
export const pollMs = 15;
/** How often the server looks whether anybody still uses it. */
export const lookForUsersMs = 1_000;
/** A fast shutdown gets this long; then the server is stopped at once and recovers at the next start. */
export const stopMs = 4_000;
/** Connections the embedded server takes: web, worker, gateway and command line use 10 to 20 each. */
export const maxConnections = 120;
/** `sun_path` holds 107 bytes on Linux, 103 on macOS. */
export const socketPathBytes = 103;
/** Names the socket; nothing listens on the network. */
export const port = 5432;
/** Between attempts to start a server that does not come up, each of which already takes `startMs`. */
export const restartPauseMs = 1_000;

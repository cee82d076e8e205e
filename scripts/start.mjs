/** `npm start`: the whole system. */
process.argv.splice(2, 0, "up");
await import("./telar.mjs");

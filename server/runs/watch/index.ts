/** Who is told when rows change. */
export { createListener, type Listener } from "./listener";
export { notificationsOf, pause } from "./notifications";
export { followEvents } from "./read-events";

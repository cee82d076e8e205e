/** Where nodes stand and how large they are. */
export { type Rect, roundedPath } from "./geometry";
export { sizeOf } from "./sizes";

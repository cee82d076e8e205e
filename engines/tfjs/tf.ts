/** TensorFlow.js, whichever package brings it. */
export type Tf = typeof import("@tensorflow/tfjs-core");

// For the build alone, which writes them into files.
export { captureWorkletSource, playbackWorkletSource } from '../../client/browser/index.js';

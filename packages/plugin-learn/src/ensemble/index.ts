export { type FittedStack, fitStack, type StackFigures } from './fit.js';
export { type ScoreMatrix, scoreMatrix } from './score-matrix.js';
export { summariseStack, type TrainedStack, type TrainStackOptions, trainStack } from './train-stack.js';
export type { StackOptions } from './types.js';
export { writeStack } from './write.js';

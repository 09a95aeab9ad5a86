export { type FittedStack, fitStack, type StackFigures } from './fit.js';
export { type ScoreMatrix, scoreMatrix } from './score-matrix.js';
export type { StackOptions } from './types.js';
export { writeStack } from './write.js';

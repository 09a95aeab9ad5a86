export { type ComparedRun, type Comparison, compareRuns } from './compare.js';
export type { TrainOptions } from './options.js';
export type { Figures, GroupFigures, HeldOutFigures, Run, RunData } from './run.js';
export { type DataLine, isRunFolder, readData, readRun, readTable } from './run-folder.js';
export { summariseRun } from './summary.js';
export { groupWeights, type Row, type Table } from './table.js';
export { type TrainReport, train } from './train.js';

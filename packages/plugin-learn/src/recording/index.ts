export { readRecording } from './file.js';
export { choosePart, type Part } from './part.js';
export { type DatasetRecording, type RecordOptions, recordDataset } from './record.js';
export type { RecordedAnswer, RecordedFrame, Recording, RecordingConditions, RecordingHeader } from './types.js';

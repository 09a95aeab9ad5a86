export { readRecording } from './file.js';
export { type DatasetRecording, type RecordOptions, recordDataset } from './record.js';
export type {
  RecordedAnswer,
  RecordedConfig,
  RecordedFrame,
  Recording,
  RecordingConditions,
  RecordingHeader,
} from './types.js';

export { createReport } from './create-report.js';
export type {
  AnsweredRow,
  ErrorRow,
  Picture,
  Report,
  ReportEnd,
  ReportOptions,
  ReportRow,
  ReportStep,
  ReportTrace,
} from './types.js';

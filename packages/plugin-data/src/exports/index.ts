export { type ExportOptions, exportDataset } from './export-dataset.js';
export { EXPORT_FORMATS, type ExportFormat } from './types.js';

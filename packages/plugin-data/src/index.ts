// What is exported here is the public API; everything else may change without notice.
export { type HuggingFaceOptions, huggingFaceFormat, parquetFormat } from './huggingface/formats.js';
export { data, data as default } from './plugin.js';

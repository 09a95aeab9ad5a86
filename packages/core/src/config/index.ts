export { type ConfigJsonSchema, configJsonSchema } from './json-schema.js';
export { CONFIG_NAMES, type LoadConfigOptions, type LoadedConfig, loadConfig } from './load.js';
export { type ResolvedConfig, resolveConfig } from './resolve.js';
export { type ValidConfig, type ValidStep, validateConfig } from './validate.js';

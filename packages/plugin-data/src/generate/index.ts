export { type Automatic1111Options, automatic1111 } from './automatic1111.js';
export { type ComfyUiOptions, comfyUi } from './comfyui.js';
export { type CosmosOptions, cosmosTransfer } from './cosmos.js';
export { type CosmosSpec, checkCosmosSpec } from './cosmos-spec.js';
export { type Generated, type GenerateOptions, generatePictures, type InitPicture } from './generate-pictures.js';
export { checkGrid, loadGrid, type PromptGrid } from './grid.js';
export { type HfInferenceOptions, hfInference } from './hf-inference.js';
export { createPlan, type PlannedPicture } from './plan.js';
export type { GenerateContext, GenerateDefaults, GenerateRequest, Generator } from './types.js';

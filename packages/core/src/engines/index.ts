export { checkProvider, type ProviderCheck } from './onnxruntime/check-provider.js';
export { createOnnxRuntimeEngine, type OnnxRuntimeEngineOptions } from './onnxruntime/engine.js';
export { planSessions, type SessionPlan } from './onnxruntime/options.js';
export {
  type EngineFacts,
  FALL_BACK,
  installCommand,
  PROVIDER_NAMES,
  supportedProviders,
} from './onnxruntime/providers.js';
export { openSession } from './registry.js';

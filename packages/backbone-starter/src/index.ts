import { fileURLToPath } from 'node:url';

/**
 * The embedded default: a small backbone and its head for roadwork, as options of `dinov3()`.
 *
 * @example
 * import { starter } from '@streetvision/backbone-starter';
 * import { dinov3 } from '@streetvision/plugin-dinov3';
 *
 * const plugin = dinov3(starter);
 */
export const starter = {
  /** The stage's name, which a step's `run` gives: the starter is no DINOv3. */
  name: 'starter',
  backbone: 'npm:@streetvision/backbone-starter/model',
  head: 'npm:@streetvision/backbone-starter/model/head.onnx',
} as const;

const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The same files as absolute paths, for code that opens them itself. */
export const files = {
  /** Model folder: `config.json`, `preprocessor_config.json`, `onnx/model.onnx`. */
  backbone: inPackage('model'),
  /** `embedding` float32 `[batch, 10]` → `probability` float32 `[batch]`, P(roadwork). */
  head: inPackage('model/head.onnx'),
  /** What was measured, as JSON; `MODEL_CARD.md` says it in words. */
  card: inPackage('card.json'),
} as const;

import { SvError } from '@streetvision/core';
import { clsTokens, type FeatureLayout, noCls } from '../features/layout.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a folder's `config.json` says of its backbone. */
export interface ModelConfig {
  /** Name in head metadata and messages; `undefined` leaves it to the folder. */
  readonly id: string | undefined;
  readonly layout: FeatureLayout;
  /** Length of one feature vector, where a known type says so. */
  readonly dimension: number | undefined;
  /** Graph files without the dtype suffix and `.onnx`, the likeliest first. */
  readonly graphs: readonly string[];
}

/**
 * Reads a `config.json` of transformers. A `streetvision` key, all optional, tells what the file does not:
 * `{ "id": "my-resnet50", "outputs": { "pooler": "features", "tokens": "…" }, "cls": false, "registers": 0 }`.
 * Throws `SV_MODEL_FOLDER`.
 */
export function parseModelConfig(config: Fields, file: string): ModelConfig {
  const own = config.streetvision ?? {};
  if (!isFields(own)) throw bad(file, 'streetvision', own, 'an object');
  const type = String(config.model_type ?? '');
  const known = layoutOf(type, config, file);
  const outputs = own.outputs ?? {};
  if (!isFields(outputs)) throw bad(file, 'streetvision.outputs', outputs, '{ "pooler": "…" }');
  const cls = flag(own.cls, 'streetvision.cls', file) ?? known.cls;
  return {
    id: text(own.id, 'streetvision.id', file),
    layout: {
      cls,
      registers: count(own.registers, 'streetvision.registers', file) ?? known.registers,
      poolerIsCls: cls && known.poolerIsCls,
      outputs: {
        tokens: text(outputs.tokens, 'streetvision.outputs.tokens', file) ?? known.outputs.tokens,
        pooler: text(outputs.pooler, 'streetvision.outputs.pooler', file) ?? known.outputs.pooler,
      },
    },
    dimension: KNOWN.test(type) ? widthOf(config, file) : undefined,
    graphs: /^siglip|^clip/.test(type) ? ['onnx/vision_model', 'onnx/model'] : ['onnx/model', 'model'],
  };
}

const KNOWN = /^(dinov|siglip_vision|convnext|vit$|deit$)/;

function widthOf({ hidden_size, hidden_sizes }: Fields, file: string): number | undefined {
  if (Array.isArray(hidden_sizes)) return count(hidden_sizes.at(-1), 'hidden_sizes', file);
  return count(hidden_size, 'hidden_size', file);
}

function layoutOf(type: string, config: Fields, file: string): FeatureLayout {
  switch (type) {
    case 'dinov3_vit':
    case 'dinov2_with_registers': {
      const registers = count(config.num_register_tokens, 'num_register_tokens', file);
      if (registers === undefined) throw bad(file, 'num_register_tokens', undefined, 'a whole number');
      return clsTokens(registers);
    }
    case 'dinov2':
    case 'dinov3_convnext':
      return clsTokens(0);
    case 'vit':
    case 'deit':
      // Their pooler is another layer on top of CLS.
      return { ...clsTokens(0), poolerIsCls: false };
    default:
      return noCls;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, key: string, file: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw bad(file, key, value, 'a string');
  return value;
}

function flag(value: unknown, key: string, file: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw bad(file, key, value, 'true or false');
  return value;
}

function count(value: unknown, key: string, file: string): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || (value as number) < 0) throw bad(file, key, value, 'a whole number');
  return value as number;
}

function bad(file: string, key: string, value: unknown, expected: string): SvError {
  const what = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  return new SvError('SV_MODEL_FOLDER', `${file}: \`${key}\` ${what}, expected ${expected}.`, {
    fix: 'Correct the file, or take the folder from which the model was exported.',
  });
}

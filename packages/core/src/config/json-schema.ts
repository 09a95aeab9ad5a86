import { z } from 'zod';
import { configSchema } from './schema.js';

/** Where a project that has core installed finds the schema, of the version that it runs. */
export const CONFIG_SCHEMA_PATH = './node_modules/@streetvision/core/schema/config.schema.json';

export type ConfigJsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a config in YAML or JSON, for completion in editors. A YAML file names it in its first line:
 * `# yaml-language-server: $schema=./node_modules/@streetvision/core/schema/config.schema.json`; a JSON file in `$schema`.
 */
export function configJsonSchema(): ConfigJsonSchema {
  return {
    $id: 'config.schema.json',
    title: 'StreetVision config',
    ...z.toJSONSchema(configSchema('data'), { io: 'input' }),
  };
}

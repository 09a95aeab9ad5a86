import { z } from 'zod';
import { configSchema } from './schema.js';

/** Where the published package serves the schema to editors. */
export const CONFIG_SCHEMA_URL = 'https://unpkg.com/@streetvision/core/schema/config.schema.json';

export type ConfigJsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a config in YAML or JSON, for completion in editors. A YAML file names it in its first line:
 * `# yaml-language-server: $schema=https://unpkg.com/@streetvision/core/schema/config.schema.json`; a JSON file in `$schema`.
 */
export function configJsonSchema(): ConfigJsonSchema {
  return {
    $id: CONFIG_SCHEMA_URL,
    title: 'StreetVision config',
    ...z.toJSONSchema(configSchema('data'), { io: 'input' }),
  };
}

import type { z } from 'zod';
import { SvError } from '../errors/sv-error.js';
import type { ExitRule, FuseRule, Step, UserConfig, When } from '../types/index.js';
import { list, mistakes } from './mistakes.js';
import { isClass, received } from './received.js';
import type { ExitData, FuseData, WhenData } from './rules.js';
import { configSchema } from './schema.js';

/** A step as any of the formats writes it. */
export interface ValidStep extends Omit<Step, 'when' | 'fuse' | 'exit'> {
  readonly when?: When | WhenData;
  readonly fuse?: FuseRule | FuseData;
  readonly exit?: ExitRule | ExitData | readonly (ExitRule | ExitData)[];
}

/** A config whose form was checked. Its plugins and stage names were not yet. */
export interface ValidConfig extends Omit<UserConfig, 'plugins' | 'cascade'> {
  readonly plugins: readonly unknown[];
  readonly cascade: readonly ValidStep[];
}

let schema: z.ZodType | undefined;

/**
 * Checks the form of a config, wherever it came from. Throws `SV_CONFIG_INVALID`, with every mistake and its path.
 *
 * @param options.path shown in the message: the file that it came from
 */
export function validateConfig(raw: unknown, options: { readonly path?: string } = {}): ValidConfig {
  const heading = options.path ?? 'The config';
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new SvError('SV_CONFIG_INVALID', `${heading}: expected an object, received ${received(raw)}.`, {
      fix: isClass(raw)
        ? 'Export the config itself.'
        : 'The least is `{ plugins: [...], cascade: [{ run: "stage" }] }`; `sv init` writes one.',
    });
  }
  schema ??= configSchema('code');
  const parsed = schema.safeParse(raw, { reportInput: true });
  const found = parsed.success ? [] : mistakes(parsed.error);
  found.push(...repeatedStages(raw as ValidConfig));
  if (found.length > 0) throw new SvError('SV_CONFIG_INVALID', list(heading, found));
  return raw as ValidConfig;
}

/** A stage named twice in one step would answer twice and count twice. */
function repeatedStages({ cascade }: Partial<ValidConfig>): string[] {
  if (!Array.isArray(cascade)) return [];
  return cascade.flatMap((step: unknown, index) => {
    const run: unknown = (step as { run?: unknown } | null)?.run;
    if (!Array.isArray(run)) return [];
    return run.flatMap((name, place) =>
      run.indexOf(name) < place ? [`cascade[${index}].run[${place}]: \`${name}\` is already in this step.`] : [],
    );
  });
}

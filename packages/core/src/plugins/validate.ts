import { satisfies, validRange } from 'semver';
import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import { HOOK_NAMES } from '../hooks/create.js';
import { CORE } from '../hooks/guard.js';
import type { Plugin, Stage } from '../types/index.js';
import { PLUGIN_API } from '../version.js';

const STAGE_KEYS = Object.keys({
  name: 1,
  accepts: 1,
  maxBatch: 1,
  maxDelayMs: 1,
  parallel: 1,
  load: 1,
  run: 1,
  identity: 1,
  head: 1,
  unload: 1,
} satisfies Record<keyof Stage, 1>);

const LISTS = [
  'stages',
  'after',
  'requires',
  'sources',
  'targets',
  'formats',
  'augmentations',
  'engines',
  'commands',
] as const satisfies (keyof Plugin)[];

const PLUGIN_KEYS = Object.keys({
  name: 1,
  api: 1,
  version: 1,
  after: 1,
  order: 1,
  requires: 1,
  stages: 1,
  hooks: 1,
  sources: 1,
  targets: 1,
  formats: 1,
  augmentations: 1,
  engines: 1,
  commands: 1,
  setup: 1,
  doctor: 1,
} satisfies Record<keyof Plugin, 1>);

/**
 * Checks one plugin at load time, so that a mistake is named before the first frame.
 *
 * @param path where it stands in the config: `plugins[2]`
 */
export function validatePlugin(plugin: unknown, path: string): asserts plugin is Plugin {
  const { name } = namedObject(plugin, path);
  const where = { plugin: name };
  const label = `${path} (${name})`;
  for (const key of Object.keys(plugin as object)) {
    if (!PLUGIN_KEYS.includes(key)) {
      throw new SvError('SV_PLUGIN_INVALID', `${label}: unknown key \`${key}\`.${didYouMean(key, PLUGIN_KEYS)}`, {
        where,
      });
    }
  }
  const checked = plugin as Plugin;
  for (const key of LISTS) {
    if (checked[key] === undefined || Array.isArray(checked[key])) continue;
    throw new SvError('SV_PLUGIN_INVALID', `${label}: \`${key}\` is ${typeof checked[key]}, expected a list.`, {
      where,
    });
  }
  checkApi(checked, label);
  checkHooks(checked, label);
  for (const stage of checked.stages ?? []) {
    if (typeof stage?.name !== 'string' || stage.name === '' || typeof stage.run !== 'function') {
      throw new SvError('SV_PLUGIN_INVALID', `${label}: a stage needs a name and a run function.`, { where });
    }
    const unknown = Object.keys(stage).find((key) => !STAGE_KEYS.includes(key));
    if (unknown) {
      throw new SvError(
        'SV_PLUGIN_INVALID',
        `${label}: stage \`${stage.name}\` has the unknown key \`${unknown}\`.${didYouMean(unknown, STAGE_KEYS)}`,
        { where },
      );
    }
    if (stage.maxBatch !== undefined && !(Number.isInteger(stage.maxBatch) && stage.maxBatch >= 1)) {
      throw new SvError(
        'SV_PLUGIN_INVALID',
        `${label}: maxBatch of stage \`${stage.name}\` is ${stage.maxBatch}, expected a whole number ≥ 1.`,
        { where },
      );
    }
  }
}

function namedObject(plugin: unknown, path: string): { name: string } {
  if (typeof plugin === 'function') {
    throw new SvError(
      'SV_PLUGIN_INVALID',
      `${path}: got the function \`${plugin.name || 'anonymous'}\`, expected a plugin object.`,
      {
        fix: `Call the factory: ${plugin.name || 'plugin'}().`,
      },
    );
  }
  if (typeof plugin !== 'object' || plugin === null || Array.isArray(plugin)) {
    throw new SvError(
      'SV_PLUGIN_INVALID',
      `${path}: got ${plugin === null ? 'null' : typeof plugin}, expected a plugin object.`,
      {
        fix: 'A plugin is what definePlugin({ name, api, … }) returns.',
      },
    );
  }
  if (!('name' in plugin) || typeof plugin.name !== 'string' || plugin.name === '') {
    throw new SvError('SV_PLUGIN_INVALID', `${path}: the plugin has no name.`, {
      fix: 'Give it the npm name of its package; an inline plugin any name.',
    });
  }
  if (plugin.name === CORE) {
    throw new SvError('SV_PLUGIN_INVALID', `${path}: \`${CORE}\` is the name of core itself.`, {
      fix: 'Give the plugin its own name.',
    });
  }
  return { name: plugin.name };
}

function checkApi(plugin: Plugin, label: string): void {
  const where = { plugin: plugin.name };
  if (typeof plugin.api !== 'string' || !validRange(plugin.api)) {
    throw new SvError(
      'SV_PLUGIN_API',
      `${label}: \`api\` is ${JSON.stringify(plugin.api)}, expected a version range.`,
      {
        where,
        fix: `Write api: '^${PLUGIN_API.split('.')[0]}'.`,
      },
    );
  }
  if (!satisfies(PLUGIN_API, plugin.api)) {
    throw new SvError(
      'SV_PLUGIN_API',
      `${label} was built for plugin API ${plugin.api}; this core has ${PLUGIN_API}.`,
      {
        where,
        fix: `Install a matching version: npm install ${plugin.name}@latest @streetvision/core@latest.`,
      },
    );
  }
}

function checkHooks(plugin: Plugin, label: string): void {
  if (plugin.hooks !== undefined && (typeof plugin.hooks !== 'object' || plugin.hooks === null)) {
    throw new SvError('SV_PLUGIN_INVALID', `${label}: \`hooks\` is ${String(plugin.hooks)}, expected an object.`, {
      where: { plugin: plugin.name },
    });
  }
  for (const [key, hook] of Object.entries(plugin.hooks ?? {}) as [string, unknown][]) {
    const where = { plugin: plugin.name, hook: key };
    if (!(HOOK_NAMES as string[]).includes(key)) {
      throw new SvError('SV_HOOK_UNKNOWN', `${label}: there is no hook \`${key}\`.${didYouMean(key, HOOK_NAMES)}`, {
        where,
        fix: `Hooks are ${HOOK_NAMES.join(', ')}.`,
      });
    }
    if (hook === undefined) continue;
    const { handler, order } =
      typeof hook === 'function'
        ? { handler: hook, order: undefined }
        : ((hook ?? {}) as { handler?: unknown; order?: unknown });
    if (typeof handler !== 'function') {
      throw new SvError(
        'SV_PLUGIN_INVALID',
        `${label}: hook \`${key}\` is ${hook === null ? 'null' : typeof hook}, expected a function or { order, handler }.`,
        { where },
      );
    }
    if (typeof hook !== 'function' && order !== 'pre' && order !== 'post') {
      throw new SvError(
        'SV_PLUGIN_INVALID',
        `${label}: order of hook \`${key}\` is ${JSON.stringify(order)}, expected 'pre' or 'post'.`,
        { where },
      );
    }
  }
}

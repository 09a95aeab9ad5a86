import type { AnyPlugin } from '../../types/index.js';
import { cascadeChecks } from './cascade-checks.js';
import type { CheckGroup } from './check.js';
import { packageChecks } from './package-checks.js';
import { pluginChecks } from './plugin-checks.js';
import { stageChecks } from './stage-checks.js';
import { type ConformanceOptions, createSubject, type PluginSource } from './subject.js';

/** Everything that a plugin is checked for, by part. The checks of a group run in order. */
export function checkGroups(source: PluginSource, plugin: AnyPlugin, options: ConformanceOptions): CheckGroup[] {
  const subject = createSubject(source, plugin, options);
  const stages = Array.isArray(plugin?.stages) ? plugin.stages : [];
  return [
    { title: 'plugin', checks: pluginChecks(subject) },
    ...stages.map((stage) => ({ title: `stage ${stage.name}`, checks: stageChecks(subject, stage) })),
    { title: 'cascade', checks: cascadeChecks(subject) },
    ...(options.packageJson === undefined
      ? []
      : [{ title: 'package.json', checks: packageChecks(options.packageJson, plugin.name) }]),
  ];
}

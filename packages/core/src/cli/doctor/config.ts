import { relative } from 'node:path';
import { loadConfig, type ResolvedConfig, resolveConfig } from '../../config/index.js';
import { withoutFix } from '../../errors/attribute.js';
import { isSvError } from '../../errors/sv-error.js';
import { orderPlugins } from '../../plugins/order.js';
import { collectStages } from '../../plugins/stages.js';
import { planSteps } from '../../runtime/plan.js';
import type { Finding, Logger } from '../../types/index.js';
import { ok, problem, type Section, warning } from './types.js';

/** Is there a config, and is it right? Plugins are loaded and ordered; models are not. */
export async function checkConfig(
  cwd: string,
  file: string | undefined,
): Promise<{ section: Section; resolved?: ResolvedConfig }> {
  const title = 'config';
  const findings: Finding[] = [];
  try {
    const { config, path, dir } = await loadConfig({ cwd, ...(file ? { file } : {}) });
    findings.push(ok(relative(cwd, path) || path));
    const resolved = await resolveConfig(config, { dir });
    const plugins = orderPlugins(resolved.plugins);
    const steps = planSteps(resolved.cascade, collectStages(plugins));
    const task = resolved.task ? `task ${resolved.task.name}` : 'no task';
    const cascade = resolved.cascade.map(({ run }) => (typeof run === 'string' ? run : run.join(' + '))).join(' → ');
    findings.push(ok(`${task}, ${steps.length} step${steps.length === 1 ? '' : 's'}: ${cascade}`));
    return { section: { title, findings }, resolved: { ...resolved, plugins } };
  } catch (error) {
    if (!isSvError(error)) throw error;
    findings.push(
      error.code === 'SV_CONFIG_NOT_FOUND'
        ? warning(withoutFix(error), error.fix)
        : problem(withoutFix(error), error.fix),
    );
    return { section: { title, findings } };
  }
}

/** What each plugin says of itself. A plugin whose check fails is a finding too. */
export async function checkPlugins({ plugins, dir, task }: ResolvedConfig, log: Logger): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const plugin of plugins) {
    const stages = plugin.stages?.map(({ name }) => name).join(', ');
    const findings: Finding[] = [ok(stages ? `stages: ${stages}` : 'no stages')];
    try {
      findings.push(...((await plugin.doctor?.({ log, dir, task })) ?? []));
    } catch (error) {
      findings.push(problem(`its own check failed: ${error instanceof Error ? error.message : String(error)}`));
    }
    sections.push({ title: plugin.version ? `${plugin.name} ${plugin.version}` : plugin.name, findings });
  }
  return sections;
}

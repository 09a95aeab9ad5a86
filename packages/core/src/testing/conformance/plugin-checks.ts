import { silent } from '../../observe/log.js';
import { validatePlugin } from '../../plugins/validate.js';
import type { Finding } from '../../types/index.js';
import { type Check, violation } from './check.js';
import type { Subject } from './subject.js';
import { watchProcess } from './watch-process.js';

/** Checks of the object that a factory returns. */
export function pluginChecks({ plugin, make, options }: Subject): Check[] {
  return [
    {
      title: 'is a plain object with a name and an API range that this core satisfies',
      run() {
        validatePlugin(plugin, 'plugin');
        const prototype: unknown = Object.getPrototypeOf(plugin);
        if (prototype !== Object.prototype && prototype !== null) {
          throw violation('The plugin is an instance of a class.', 'Return an object literal: definePlugin({ … }).');
        }
      },
    },
    {
      title: 'is made without side effects',
      ...(make ? {} : { skip: 'no factory was given' }),
      async run() {
        const touched = watchProcess();
        const made = make?.();
        // Before anything is awaited, so that nobody else's timers are seen.
        const seen = touched();
        await made;
        if (seen.length > 0) {
          throw violation(
            `Making the plugin left behind: ${seen.join(', ')}.`,
            "Do it in `setup`, or in a stage's `load`.",
          );
        }
      },
    },
    {
      title: 'is made anew by every call of its factory',
      ...(make ? {} : { skip: 'no factory was given' }),
      async run() {
        const [one, other] = [await make?.(), await make?.()];
        if (one === other) {
          throw violation(
            'Two calls of the factory returned the same object.',
            'Two runtimes in one process must not share state.',
          );
        }
        if (one?.name !== other?.name) {
          throw violation(
            `Two calls of the factory gave two names: ${one?.name}, ${other?.name}.`,
            'The name is that of the package.',
          );
        }
      },
    },
    {
      title: 'names what it brings, each once',
      run() {
        for (const kind of ['stages', 'sources', 'targets', 'engines', 'commands'] as const) {
          const names = (plugin[kind] ?? []).map(({ name }) => name);
          const wrong = names.find((name, index) => !name || names.indexOf(name) < index);
          if (wrong !== undefined || names.includes('')) {
            throw violation(
              `${kind}: ${wrong ? `two are named \`${wrong}\`` : 'one has no name'}.`,
              'Give each its own name.',
            );
          }
        }
      },
    },
    {
      title: 'reports findings that say what to do',
      ...(plugin.doctor ? {} : { skip: 'it has no `doctor`' }),
      async run() {
        const findings: unknown = await plugin.doctor?.({ log: silent, dir: process.cwd(), task: options.task });
        if (!Array.isArray(findings)) {
          throw violation(
            `\`doctor\` returned ${typeof findings}, expected a list of findings.`,
            'Return [] where all is well.',
          );
        }
        for (const finding of findings) checkFinding(finding);
      },
    },
  ];
}

function checkFinding(finding: Partial<Finding> | undefined): void {
  const levels = ['ok', 'warning', 'problem'];
  if (
    !finding ||
    !levels.includes(finding.level ?? '') ||
    typeof finding.message !== 'string' ||
    finding.message === ''
  ) {
    throw violation(
      `\`doctor\` returned ${JSON.stringify(finding)}.`,
      `A finding is { level: ${levels.join(' | ')}, message, fix }.`,
    );
  }
  if (finding.level === 'problem' && !finding.fix) {
    throw violation(
      `\`doctor\`: the problem «${finding.message}» has no fix.`,
      'Add `fix`: the exact command or edit that mends it.',
    );
  }
}

import type { Finding } from '../../types/index.js';
import type { Colors } from '../colors.js';
import type { CliCommand } from '../command.js';
import { checkConfig, checkPlugins } from '../doctor/config.js';
import { engine, pictures } from '../doctor/libraries.js';
import { machine } from '../doctor/machine.js';
import { modelCache } from '../doctor/model-cache.js';
import type { Section } from '../doctor/types.js';
import { EXIT_CODES } from '../exit-codes.js';
import { printable, printableLines } from '../printable.js';

/** Everything that a cascade needs and may lack here. */
export const doctor: CliCommand = {
  name: 'doctor',
  description: 'check machine, engine, model cache, config and plugins, and say what mends them',
  options: [{ flags: '--json', description: 'write the findings as JSON' }],
  async run(call) {
    const { section, resolved } = await checkConfig(call.cwd, call.global.config);
    const sections: Section[] = [
      await machine(call.io.env),
      await pictures(),
      await engine(resolved?.engine),
      await modelCache(resolved?.models, resolved?.dir ?? call.cwd, call.log),
      section,
      ...(resolved ? await checkPlugins(resolved, call.log) : []),
    ];
    const count = (level: Finding['level']) =>
      sections.flatMap(({ findings }) => findings).filter((finding) => finding.level === level).length;
    const problems = count('problem');
    if (call.options.json) {
      call.print(JSON.stringify({ problems, warnings: count('warning'), sections }, null, 2));
    } else {
      call.print(sections.map((one) => sectionText(one, call.colors.out)).join('\n\n'));
      call.print(`\n${verdict(problems, count('warning'))}`);
    }
    return problems > 0 ? EXIT_CODES.failure.code : EXIT_CODES.ok.code;
  },
};

function sectionText({ title, findings }: Section, colors: Colors): string {
  const marks = { ok: colors.green('✓'), warning: colors.yellow('!'), problem: colors.red('✗') };
  const lines = findings.flatMap(({ level, message, fix }) => [
    `  ${marks[level]} ${printableLines(message).replaceAll('\n', '\n    ')}`,
    ...(fix ? [`    ${colors.cyan('→')} ${printableLines(fix)}`] : []),
  ]);
  return [colors.bold(printable(title)), ...lines].join('\n');
}

function verdict(problems: number, warnings: number): string {
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  if (problems > 0) return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`;
  return warnings > 0 ? `No problems, ${counted(warnings, 'warning')}.` : 'All is well.';
}

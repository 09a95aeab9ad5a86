import type { Page } from './pages.js';

/** A fenced block of a page. */
export interface Fence {
  readonly page: string;
  /** Of the opening line, from 1. */
  readonly line: number;
  /** `sh`, `console`, `ts`, … */
  readonly language: string;
  readonly body: string;
  /** `<!-- not run: reason -->` or `<!-- not checked: reason -->` right above it: the reason. */
  readonly notRun: string | undefined;
  readonly notChecked: string | undefined;
}

const MARKER = /^<!-- not (run|checked): (.+) -->$/;

/** The fences of a page, in order. */
export function fencesOf({ path, text }: Page): Fence[] {
  const lines = text.split('\n');
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at++) {
    const opening = /^( *)(`{3,})(\S*)/.exec(lines[at] as string);
    if (!opening) continue;
    const [, indent = '', ticks = '', language = ''] = opening;
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks);
    if (end < 0) throw new Error(`${path}:${at + 1}: the fence is not closed`);
    const body = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    const marker = MARKER.exec((lines[at - 1] ?? '').trim());
    fences.push({
      page: path,
      line: at + 1,
      language,
      body: `${body.join('\n')}\n`,
      notRun: marker?.[1] === 'run' ? marker[2] : undefined,
      notChecked: marker?.[1] === 'checked' ? marker[2] : undefined,
    });
    at = end;
  }
  return fences;
}

/** A file that a fence holds, where its first line is a comment with a path: `// sv.config.ts`, `# sv.config.yaml`. */
export function fileOf({ language, body }: Fence): string | undefined {
  const comment = /^(?:\/\/|#) ((?:[\w@.-]+\/)*[\w@-][\w@.-]*\.[a-z]+)(?::|$)/m.exec(body.split('\n', 1)[0] as string);
  return ['ts', 'js', 'mjs', 'yaml'].includes(language) ? comment?.[1] : undefined;
}

import type { Finding } from '../../types/index.js';

/** Findings about one thing: the machine, the config, a plugin. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (message: string): Finding => ({ level: 'ok', message });

export const warning = (message: string, fix?: string): Finding => ({
  level: 'warning',
  message,
  ...(fix === undefined ? {} : { fix }),
});

export const problem = (message: string, fix?: string): Finding => ({
  level: 'problem',
  message,
  ...(fix === undefined ? {} : { fix }),
});

import { checkGroups } from './conformance/check-groups.js';
import type { ConformanceOptions, PluginSource } from './conformance/subject.js';

/** What a test runner offers: that of vitest, jest or `node:test`. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it: TestFunction & { readonly skip: TestFunction };
}

type TestFunction = (name: string, body: () => unknown, timeout?: number) => unknown;

export interface DescribePluginOptions extends ConformanceOptions {
  /** @default vitest's */
  readonly runner?: TestRunner;
}

/**
 * The conformance suite: declares the tests that every plugin passes, ours or a stranger's. Await it at the top of a
 * test file.
 *
 * @param source the factory, which is better, or a plugin
 * @example
 * // test/conformance.test.ts
 * import { describePlugin } from '@streetvision/core/testing';
 * import packageJson from '../package.json' with { type: 'json' };
 * import { orange } from '../src/index.js';
 *
 * await describePlugin(() => orange(), { packageJson });
 */
export async function describePlugin(source: PluginSource, options: DescribePluginOptions = {}): Promise<void> {
  const { describe, it } = options.runner ?? (await vitest());
  const plugin = await (typeof source === 'function' ? source() : source);
  // A run may take its whole time limit, several times over in one test.
  const limit = 4 * (options.timeoutMs ?? 30_000);
  describe(`${plugin?.name ?? 'plugin'} keeps the contract`, () => {
    for (const { title, checks } of checkGroups(source, plugin, options)) {
      describe(title, () => {
        for (const check of checks) {
          if (check.skip) it.skip(`${check.title} (${check.skip})`, () => {});
          else it(check.title, () => check.run(), limit);
        }
      });
    }
  });
}

/** Loaded when asked for: whoever only uses fakes needs no vitest. */
async function vitest(): Promise<TestRunner> {
  const { describe, it } = await import('vitest');
  return { describe, it };
}

import { createRuntime } from '../../runtime/create-runtime.js';
import type { Logger } from '../../types/index.js';
import { fakePlugin, fakeStage } from '../fake-stage.js';
import { type Check, violation, within } from './check.js';
import type { Subject } from './subject.js';

const FAKE = 'conformance';

/** Checks of hooks and life cycle, in a real cascade beside a stage that always answers. */
export function cascadeChecks({ plugin, make, samples, options, timeoutMs }: Subject): Check[] {
  const cycle = async () => {
    const errors: string[] = [];
    const config = {
      ...(options.task ? { task: options.task } : {}),
      plugins: [
        (await make?.()) ?? plugin,
        ...(options.plugins ?? []),
        fakePlugin({ name: FAKE, stages: [fakeStage({ name: FAKE })] }),
      ],
      cascade: [{ run: FAKE }],
    };
    const sv = await createRuntime(config, { log: listening(errors) });
    for (const frame of await samples('image')) await sv.run(frame);
    await sv.close();
    return errors;
  };
  const ends = async (what: string, fix: string) => {
    const errors = await within(timeoutMs, cycle(), what, fix);
    if (errors.length > 0) throw violation(`${what} logged: ${[...new Set(errors)].join(' · ')}`, fix);
  };
  return [
    {
      title: 'sets up, takes frames with every hook answering as it may, closes, and starts again',
      async run() {
        await ends(
          'A cascade with the plugin',
          'Correct the handler that is named; wait in none for what may never come.',
        );
        await ends('A second cascade with the plugin', 'Undo in `close` what `setup` and `ready` did.');
      },
    },
  ];
}

function listening(errors: string[]): Logger {
  return { debug() {}, info() {}, warn() {}, error: (message) => errors.push(message) };
}

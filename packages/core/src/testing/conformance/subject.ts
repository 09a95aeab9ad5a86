import { createClipFrame } from '../../frames/frame.js';
import type { AnyPlugin, EngineOptions, Frame, MaybePromise, Task } from '../../types/index.js';
import { testFrame } from '../frame.js';
import { once, violation } from './check.js';

/** A plugin, or what makes it. A factory is also checked for what it leaves behind. */
export type PluginSource = AnyPlugin | (() => MaybePromise<AnyPlugin>);

export interface ConformanceOptions {
  /** Frames that the stages are asked about; at least two that differ. @default three drawn pictures */
  readonly samples?: readonly Frame[];
  /** Loads and runs the stages. `false` where their weights are not at hand: what needs them is skipped. @default true */
  readonly load?: boolean;
  /** The same frame gets the same answer. `false` for stages that sample, such as a vision-language model. @default true */
  readonly deterministic?: boolean;
  /** How far the scores of one frame may lie apart, alone and in a batch. @default 1e-4 */
  readonly tolerance?: number;
  /** How long a run may take to end, aborted or not, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number;
  /** Plugins that this one requires. */
  readonly plugins?: readonly AnyPlugin[];
  readonly task?: Task;
  readonly engine?: EngineOptions;
  /** Folder of verified weights. @default the user's */
  readonly cache?: string;
  /** Never touches the network. @default false, or `SV_OFFLINE` */
  readonly offline?: boolean;
  /** The package's `package.json`, as an object: its peer range and keywords are checked. */
  readonly packageJson?: unknown;
}

/** What is checked, and with what. */
export interface Subject
  extends Required<Pick<ConformanceOptions, 'load' | 'deterministic' | 'tolerance' | 'timeoutMs'>> {
  readonly options: ConformanceOptions;
  /** Makes another plugin where there is a factory. */
  readonly make: (() => MaybePromise<AnyPlugin>) | undefined;
  readonly plugin: AnyPlugin;
  samples(kind: Frame['kind']): Promise<readonly Frame[]>;
}

export function createSubject(source: PluginSource, plugin: AnyPlugin, options: ConformanceOptions): Subject {
  const { load = true, deterministic = true, tolerance = 1e-4, timeoutMs = 30_000 } = options;
  const images = once(async () => options.samples ?? (await draw()));
  const clips = once(async () => (await images()).map(clipOf));
  return {
    options,
    load,
    deterministic,
    tolerance,
    timeoutMs,
    make: typeof source === 'function' ? source : undefined,
    plugin,
    async samples(kind) {
      const given = await images();
      if (given.length < 2) {
        throw violation(
          `${given.length} samples were given, expected at least 2.`,
          'Leave `samples` out, or give two that differ.',
        );
      }
      return kind === 'image' ? given : clips();
    },
  };
}

const draw = () => Promise.all([1, 2, 3].map((seed) => testFrame({ seed, width: 160, height: 120 })));

/** A clip of one second that shows the same picture throughout. */
export function clipOf(frame: Frame): Frame {
  if (frame.kind === 'video') return frame;
  return createClipFrame({ id: frame.id, clip: { frames: [0, 0.5, 1].map((at) => ({ at, frame })), duration: 1 } });
}

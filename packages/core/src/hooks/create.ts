import { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesHook, AsyncSeriesWaterfallHook } from 'tapable';
import type { CascadeHooks, HookName, LifecycleHooks, Logger } from '../types/index.js';
import { guard } from './guard.js';
import type { PendingHandlers } from './pending.js';

/** Every hook point once; `satisfies` makes sure that none is forgotten. */
export const HOOK_NAMES = Object.keys({
  preprocess: 1,
  stage: 1,
  fuse: 1,
  exit: 1,
  postprocess: 1,
  onResult: 1,
} satisfies Record<HookName, 1>) as HookName[];

const LIFECYCLE_NAMES = ['ready', 'close'] as const satisfies (keyof LifecycleHooks)[];

export type Hooks = CascadeHooks & LifecycleHooks;

/** Whether anyone listens. tapable's own `isUsed` also counts interceptors, which every hook here has. */
export const isTapped = ({ taps }: { readonly taps: readonly unknown[] }): boolean => taps.length > 0;

export interface HookSet {
  readonly hooks: Hooks;
  /** Runs `setup` so that raw taps made in it bear the plugin's name. */
  owned(plugin: string, setup: () => Promise<void>): Promise<void>;
}

/**
 * The tapable hooks. `intercept({ register })` sees every tap, also the raw ones of `setup`, and is the one place that
 * attributes, checks and isolates handlers.
 */
export function createHooks(log: Logger, pending: PendingHandlers): HookSet {
  const hooks: Hooks = {
    preprocess: new AsyncSeriesWaterfallHook(['frame', 'ctx']),
    stage: new AsyncSeriesBailHook(['call', 'ctx']),
    fuse: new AsyncSeriesWaterfallHook(['verdict', 'evidence', 'ctx']),
    exit: new AsyncSeriesBailHook(['verdict', 'evidence', 'ctx']),
    postprocess: new AsyncSeriesWaterfallHook(['result', 'ctx']),
    onResult: new AsyncParallelHook(['result', 'ctx']),
    ready: new AsyncSeriesHook(),
    close: new AsyncSeriesHook(),
  };
  let owner: string | undefined;
  let closers = 0;
  for (const name of [...HOOK_NAMES, ...LIFECYCLE_NAMES]) {
    hooks[name].intercept({
      register: (tap) => {
        const guarded = guard(tap, name, owner ?? tap.name, log, pending);
        // What was made ready last is closed first: a later tap gets an earlier place.
        return name === 'close' ? { ...guarded, stage: -++closers } : guarded;
      },
    });
  }
  return {
    hooks,
    async owned(plugin, setup) {
      owner = plugin;
      try {
        await setup();
      } finally {
        owner = undefined;
      }
    },
  };
}

import type { HookName, HookOrder, ObjectHook, Plugin } from '../types/index.js';
import { HOOK_NAMES, type Hooks } from './create.js';

/** tapable runs lower stages first; the model answers after every tap of a plugin. */
const STAGE_OF_ORDER: Record<HookOrder, number> = { pre: -100, post: 100 };
export const MODEL_TAPS_LAST = 1_000;

type AnyHandler = (...args: unknown[]) => unknown;

/** Registers the hooks that a plugin declares. */
export function applyHooks(hooks: Hooks, plugin: Plugin): void {
  for (const name of HOOK_NAMES) {
    const declared = plugin.hooks?.[name] as ObjectHook<AnyHandler> | undefined;
    if (!declared) continue;
    const { handler, order } = typeof declared === 'function' ? { handler: declared, order: undefined } : declared;
    tap(hooks, name, plugin.name, order, handler);
  }
}

function tap(hooks: Hooks, name: HookName, plugin: string, order: HookOrder | undefined, handler: AnyHandler): void {
  // Each hook has its own handler type, which a loop over names cannot carry; the plugin's type has checked it.
  const hook = hooks[name] as unknown as { tapPromise(tap: { name: string; stage: number }, fn: AnyHandler): void };
  hook.tapPromise({ name: plugin, stage: order ? STAGE_OF_ORDER[order] : 0 }, handler);
}

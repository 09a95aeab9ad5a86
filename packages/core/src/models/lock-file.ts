import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { SvError } from '../errors/sv-error.js';
import type { Logger } from '../types/log.js';
import type { ModelRef } from '../types/model.js';
import { onDisk } from './disk.js';
import { keptRef, parseModelRef } from './model-ref.js';
import { ignoreMissing } from './part-file.js';
import { withProcessLock } from './process-lock.js';
import { writeAtomically } from './records.js';

const Pin = z.strictObject({
  /** Commit that a Hugging Face revision stood for when it was pinned. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
});
const LockFile = z.strictObject({ version: z.literal(1), models: z.record(z.string(), Pin) });

export type Pin = z.infer<typeof Pin>;
export type Pins = Readonly<Record<string, Pin>>;

/** `sv.lock`: what each downloaded reference stood for. Without a path nothing is pinned. */
export interface ModelLock {
  readonly path: string | undefined;
  read(): Promise<Pins>;
  /** Adds a pin and returns what stands. Where another process was first theirs stays; undefined where it pinned the revision to another commit. */
  add(ref: ModelRef, pin: Pin): Promise<Pin | undefined>;
  /** Drops the pins of these references, and of everything else of the same repository and revision. Returns what was dropped. */
  drop(refs: readonly ModelRef[]): Promise<ModelRef[]>;
}

export function createModelLock(path: string | undefined, log: Logger): ModelLock {
  const read = async (): Promise<Pins> => (path ? readLockFile(path) : {});

  async function change<T>(edit: (models: Record<string, Pin>) => { result: T; changed: boolean }): Promise<T> {
    if (!path) return edit({}).result;
    await onDisk(path, () => mkdir(dirname(path), { recursive: true }));
    return withProcessLock(path, { log }, async () => {
      const models = { ...(await readLockFile(path)) };
      const { result, changed } = edit(models);
      if (changed) await onDisk(path, () => writeAtomically(path, format(models)));
      return result;
    });
  }

  return {
    path,
    read,
    async add(given, pin) {
      const ref = keptRef(given);
      const known = (await read())[ref];
      if (known) return known;
      return change((models) => {
        const first = models[ref];
        if (first) return { result: first, changed: false };
        if (pinnedRevision(models, ref) !== undefined && pinnedRevision(models, ref) !== pin.revision) {
          return { result: undefined, changed: false };
        }
        models[ref] = pin;
        return { result: pin, changed: true };
      });
    },
    drop: (refs) =>
      change((models) => {
        const groups = new Set(refs.map(groupOf));
        const dropped = Object.keys(models).filter((ref) => groups.has(groupOf(ref))) as ModelRef[];
        for (const ref of dropped) delete models[ref];
        return { result: dropped, changed: dropped.length > 0 };
      }),
  };
}

/** The commit that this reference, or another file of the same repository and revision, is pinned to. */
export function pinnedRevision(pins: Pins, ref: ModelRef): string | undefined {
  const group = groupOf(ref);
  return (
    pins[ref]?.revision ??
    Object.entries(pins).find(([key, pin]) => pin.revision && groupOf(key) === group)?.[1].revision
  );
}

/** Files of one repository at one revision move together. */
export function groupOf(ref: string): string {
  const parsed = parseModelRef(ref);
  return parsed.kind === 'hf' ? `hf:${parsed.repo}@${parsed.revision}` : keptRef(parsed.ref);
}

async function readLockFile(path: string): Promise<Pins> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  if (text === undefined) return {};
  if (/^(<{7}|={7}|>{7})/m.test(text)) throw damaged(path, 'has merge conflict markers');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'is not JSON', cause);
  }
  const parsed = LockFile.safeParse(content);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw damaged(path, `is not valid: ${first?.path.join(' › ') || 'the whole'}: ${first?.message}`, parsed.error);
  }
  for (const ref of Object.keys(parsed.data.models)) parseModelRef(ref);
  return Object.fromEntries(Object.entries(parsed.data.models).map(([ref, pin]) => [keptRef(ref as ModelRef), pin]));
}

function damaged(path: string, why: string, cause?: unknown): SvError {
  return new SvError('SV_MODEL_LOCK', `The lock file ${path} ${why}.`, {
    fix: 'Restore it from version control, or remove it and run `sv models pull <refs...>`.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** One line a value, sorted: two branches that add models merge. */
function format(models: Readonly<Record<string, Pin>>): string {
  const sorted = Object.fromEntries(
    Object.entries(models)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([ref, { revision, sha256, bytes }]) => [ref, { ...(revision ? { revision } : {}), sha256, bytes }]),
  );
  return `${JSON.stringify({ version: 1, models: sorted }, null, 2)}\n`;
}

import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import { SvError } from '../../errors/sv-error.js';
import type { EngineOptions, Profile } from '../../types/index.js';
import type { NamedProvider } from './protocol.js';
import { namedProviders } from './providers.js';

/** How a model is opened: sessions side by side, and threads inside each. */
export interface SessionPlan {
  readonly workers: number;
  readonly threads: number;
  readonly providers: readonly NamedProvider[];
  readonly sessionOptions: InferenceSession.SessionOptions;
}

const PROFILES: readonly Profile[] = ['latency', 'throughput', 'frugal'];

/** Every worker holds the weights once more, so beyond this many, threads are added instead. */
const MOST_WORKERS = 4;

// Ours to set: given here as well, one of the two would lose without a word.
const RESERVED: Readonly<Record<string, string>> = {
  executionProviders: 'providers',
  intraOpNumThreads: 'threads',
};

/**
 * Maps a profile to workers and threads. `workers × threads` never exceeds the cores.
 *
 * | profile | workers | threads | spinning |
 * |---|---|---|---|
 * | `latency` | 1 | all cores | yes |
 * | `throughput` | up to 4 | cores / workers | no |
 * | `frugal` | up to 2 | 1 | no |
 *
 * A provider other than `cpu` computes elsewhere: one worker feeds it.
 * @throws `SV_ENGINE_OPTIONS`
 */
export function planSessions(options: EngineOptions, cores: number = availableParallelism()): SessionPlan {
  const profile = options.profile ?? 'throughput';
  if (!PROFILES.includes(profile)) {
    throw invalid(`engine.profile is ${JSON.stringify(profile)}, expected one of ${PROFILES.join(', ')}.`);
  }
  const providers = namedProviders(options.providers ?? ['cpu']);
  const { workers, threads } = share(options, profile, providers[0]?.name !== 'cpu', cores);
  for (const [key, ours] of Object.entries(RESERVED)) {
    if (options.sessionOptions && key in options.sessionOptions) {
      throw invalid(`engine.sessionOptions.${key} is set by the engine.`, `Use engine.${ours} instead.`);
    }
  }
  return { workers, threads, providers, sessionOptions: sessionOptions(options, profile, threads, providers) };
}

function share(options: EngineOptions, profile: Profile, accelerated: boolean, cores: number) {
  const { workers, threads } = options;
  check('workers', workers, cores);
  check('threads', threads, cores);
  if (workers !== undefined && threads !== undefined && workers * threads > cores) {
    throw invalid(
      `engine.workers ${workers} × engine.threads ${threads} is more than the ${cores} cores that this process may use.`,
      'More threads than cores make every run slower: lower one of the two, or leave one out.',
    );
  }
  const most = Math.floor(cores / (threads ?? 1));
  const usual = accelerated || profile === 'latency' ? 1 : profile === 'frugal' ? 2 : MOST_WORKERS;
  const side = workers ?? Math.min(usual, most);
  return { workers: side, threads: threads ?? (profile === 'frugal' ? 1 : Math.floor(cores / side)) };
}

function check(name: 'workers' | 'threads', value: number | undefined, cores: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= cores)) return;
  throw invalid(
    `engine.${name} is ${value}, expected a whole number from 1 to ${cores}, the cores that this process may use.`,
    'Leave it out to let engine.profile decide.',
  );
}

function sessionOptions(
  options: EngineOptions,
  profile: Profile,
  threads: number,
  providers: readonly NamedProvider[],
): InferenceSession.SessionOptions {
  const given = (options.sessionOptions ?? {}) as InferenceSession.SessionOptions;
  return {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
    // A failed run reaches the caller as an error; the same text on stderr would only be noise.
    logSeverityLevel: 4,
    // A rarely used model gives its memory back between runs.
    ...(profile === 'frugal' ? { enableCpuMemArena: false } : {}),
    // DirectML refuses memory patterns.
    ...(providers.some(({ name }) => name === 'dml') ? { enableMemPattern: false } : {}),
    ...given,
    // Spinning halves the wait of the next run and burns cores meanwhile, which decoding needs when all are in use.
    extra: { 'session.intra_op.allow_spinning': profile === 'latency' ? '1' : '0', ...given.extra },
  };
}

function invalid(message: string, fix?: string): SvError {
  return new SvError('SV_ENGINE_OPTIONS', message, fix === undefined ? {} : { fix });
}

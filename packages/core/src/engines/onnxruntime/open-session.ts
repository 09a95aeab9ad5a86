import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import type { LostProvider, NamedProvider, OpenFailure, Opening } from './protocol.js';

export type Attempt =
  | {
      readonly session: InferenceSession;
      readonly providers: readonly NamedProvider[];
      readonly lost: readonly LostProvider[];
      readonly offered: readonly string[];
    }
  | { readonly failure: OpenFailure };

/**
 * Opens the model with the providers asked for. onnxruntime drops unknown providers with a warning and names no
 * culprit when one fails, so both are found out here. Runs in the worker.
 */
export async function openWithProviders({ model, providers, sessionOptions }: Opening): Promise<Attempt> {
  const offered = listSupportedBackends().map(({ name }) => name);
  const platform = `${process.platform} ${process.arch}`;
  const lost: LostProvider[] = [];
  let rest = [...providers];

  const lose = (provider: NamedProvider, reason: string): boolean => {
    lost.push({ name: provider.name, reason });
    rest = rest.filter((other) => other !== provider);
    return rest.at(-1)?.name === 'cpu';
  };
  const refused = (): Attempt => ({ failure: { kind: 'provider', lost, offered } });

  for (const provider of providers) {
    if (offered.includes(provider.name)) continue;
    if (!lose(provider, `the installed build for ${platform} lacks it`)) return refused();
  }
  let sound = false;
  for (;;) {
    try {
      return { session: await create(model, rest, sessionOptions), providers: rest, lost, offered };
    } catch (error) {
      const reason = reasonOf(error);
      const culprit = blame(rest, reason);
      if (!culprit) return { failure: { kind: 'model', message: reason } };
      if (!sound) {
        // If the model does not open on the CPU either, the provider is not to blame.
        try {
          await (await create(model, [{ name: 'cpu' }], sessionOptions)).release();
          sound = true;
        } catch (cause) {
          return { failure: { kind: 'model', message: reasonOf(cause) } };
        }
      }
      if (!lose(culprit, reason)) return refused();
    }
  }
}

function create(
  model: string | Uint8Array,
  providers: readonly NamedProvider[],
  options: InferenceSession.SessionOptions,
) {
  const all = {
    ...options,
    executionProviders: [...providers] as object[] as InferenceSession.ExecutionProviderConfig[],
  };
  return typeof model === 'string' ? InferenceSession.create(model, all) : InferenceSession.create(model, all);
}

/** The provider that the message names, else the first that is not the CPU. */
function blame(providers: readonly NamedProvider[], message: string): NamedProvider | undefined {
  const others = providers.filter(({ name }) => name !== 'cpu');
  return others.find(({ name }) => message.toLowerCase().includes(name)) ?? others[0];
}

// `/onnxruntime_src/….cc:136 void onnxruntime::f(const T&) ` says nothing to whoever reads the error.
const SOURCE = /[^\s:]*onnxruntime_src\S*:\d+ .*?\)(?:::<lambda\(\)>)? /;

/** The first line of a message of onnxruntime, without the place in its sources. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '')
    .replace(SOURCE, '')
    .replace(/^Load model from .*? failed:/, '')
    .trim();
}

import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { didYouMean } from '../../errors/suggest.js';
import { SvError } from '../../errors/sv-error.js';
import type { Provider, ProviderName } from '../../types/index.js';
import type { LostProvider, NamedProvider } from './protocol.js';

export const PROVIDER_NAMES: readonly ProviderName[] = ['cpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'webgpu'];

const PLATFORMS: Readonly<Record<ProviderName, string>> = {
  cpu: 'every platform',
  cuda: 'Linux x64',
  tensorrt: 'Linux x64',
  coreml: 'macOS',
  dml: 'Windows',
  webgpu: 'Windows, macOS and Linux x64',
};

/** What the installed onnxruntime-node is built with. */
export interface EngineFacts {
  /** Version of onnxruntime-node. */
  readonly version: string;
  /** `linux x64` and the like. */
  readonly platform: string;
  /** `bundled` is false where the provider's libraries come with a separate install step. */
  readonly providers: readonly { readonly name: string; readonly bundled: boolean }[];
}

/** What the installed build offers. Whether a provider loads on this machine, `checkProvider` tells. */
export async function supportedProviders(): Promise<EngineFacts> {
  const { env, listSupportedBackends } = await import('onnxruntime-node');
  return {
    version: env.versions.node ?? env.versions.common,
    platform: `${process.platform} ${process.arch}`,
    providers: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })),
  };
}

/** Validates the list and brings it into the form that onnxruntime takes. Throws `SV_ENGINE_OPTIONS`. */
export function namedProviders(providers: readonly Provider[]): NamedProvider[] {
  const named = providers.map((provider) => (typeof provider === 'string' ? { name: provider } : provider));
  const names = named.map(({ name }) => name);
  const listed = `engine.providers is [${names.join(', ')}]`;
  for (const name of names) {
    if (PROVIDER_NAMES.includes(name)) continue;
    const others = PROVIDER_NAMES.filter((other) => !names.includes(other));
    throw new SvError(
      'SV_ENGINE_OPTIONS',
      `${listed}: \`${name}\` is no provider, expected one of ${PROVIDER_NAMES.join(', ')}.${didYouMean(String(name), others)}`,
    );
  }
  if (names.length === 0)
    throw new SvError('SV_ENGINE_OPTIONS', 'engine.providers is empty.', { fix: "Write ['cpu']." });
  if (new Set(names).size < names.length) throw new SvError('SV_ENGINE_OPTIONS', `${listed}: one is there twice.`);
  if (names.includes('cpu') && names.at(-1) !== 'cpu') {
    throw new SvError('SV_ENGINE_OPTIONS', `${listed}: nothing after cpu is ever tried.`, { fix: 'Put cpu last.' });
  }
  return named;
}

/** The exact step that makes a provider load. */
export function providerFix(name: ProviderName, offered: readonly string[]): string {
  if (!offered.includes(name)) return `onnxruntime-node brings ${name} on ${PLATFORMS[name]} only.`;
  if (name === 'cuda')
    return `Install its libraries: \`${installCommand()}\`, with CUDA 12 and cuDNN 9 on this machine.`;
  if (name === 'tensorrt') {
    return `Install its libraries: \`${installCommand()}\`, with CUDA 12, cuDNN 9 and TensorRT 10 on this machine.`;
  }
  if (name === 'webgpu') return 'It needs a graphics driver that offers Vulkan, Metal or Direct3D 12.';
  return 'See the reason above.';
}

/** The one command that fetches the CUDA libraries, whatever npm is told about install scripts. */
export function installCommand(cwd: string = process.cwd()): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const path = relative(cwd, join(main, '..', '..', 'script', 'install.js'));
  return `node ${path.includes(' ') ? JSON.stringify(path) : path} --onnxruntime-node-install=cuda12`;
}

/** What ends the fix of a session that did not open; of no use where the config does so already. */
export const FALL_BACK = " Or put 'cpu' last in engine.providers to fall back to it.";

/** Why the session did not open. */
export function providerError(lost: readonly LostProvider[], offered: readonly string[]): SvError {
  const what = lost.map(({ name, reason }) => `\`${name}\` did not load: ${reason}`).join('; ');
  const fixes = lost.map(({ name }) => providerFix(name, offered));
  return new SvError(
    'SV_ENGINE_PROVIDER',
    `Execution provider ${what}. The installed onnxruntime-node offers ${offered.join(', ')}.`,
    { fix: `${[...new Set(fixes)].join(' ')}${FALL_BACK}` },
  );
}

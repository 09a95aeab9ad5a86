import { readFile } from 'node:fs/promises';
import { checkProvider, FALL_BACK, installCommand, supportedProviders } from '../../engines/index.js';
import { withoutFix } from '../../errors/attribute.js';
import { isSvError } from '../../errors/sv-error.js';
import { openSharp } from '../../frames/open-sharp.js';
import type { EngineOptions, Finding, ProviderName } from '../../types/index.js';
import { ok, problem, type Section, warning } from './types.js';

/** What decodes pictures. */
export async function pictures(): Promise<Section> {
  const findings: Finding[] = [];
  try {
    const sharp = await openSharp();
    findings.push(ok(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`));
    const wanted = ['jpeg', 'png', 'webp', 'heif', 'tiff', 'gif'] as const;
    const missing = wanted.filter((format) => !sharp.format[format]?.input.buffer);
    if (missing.length > 0) {
      findings.push(warning(`this libvips cannot read ${missing.join(', ')}`, 'npm install --force sharp'));
    }
  } catch (error) {
    findings.push(problem(`sharp did not load: ${firstLine(error)}`, 'npm install --force --include=optional sharp'));
  }
  return { title: 'pictures', findings };
}

/** What runs models: the installed build, and each provider that the config asks for, tried on a graph of one node. */
export async function engine(options: EngineOptions | undefined): Promise<Section> {
  const findings: Finding[] = [];
  try {
    const { version, providers } = await supportedProviders();
    const names = providers.map(({ name, bundled }) =>
      bundled ? name : `${name} (its libraries are installed apart)`,
    );
    findings.push(ok(`onnxruntime-node ${version}: ${names.join(', ')}`));
    const wanted = (options?.providers ?? ['cpu']).map((provider) =>
      typeof provider === 'string' ? provider : provider.name,
    );
    if (!wanted.includes('cuda') && providers.some(({ name }) => name === 'cuda'))
      findings.push(...(await unusedGpu()));
    for (const name of wanted) findings.push(await checkOne(name, name !== 'cpu' && wanted.at(-1) === 'cpu'));
  } catch (error) {
    const fix = isSvError(error) ? error.fix : 'npm install --force onnxruntime-node';
    findings.push(problem(`onnxruntime-node did not load: ${firstLine(error)}`, fix));
  }
  return { title: 'engine', findings };
}

/** An NVIDIA card that nothing asks for, and the step that puts it to work. */
async function unusedGpu(): Promise<readonly Finding[]> {
  const driver = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => undefined);
  if (driver === undefined) return [];
  const { loads } = await checkProvider('cuda');
  const use = "Set engine: { providers: ['cuda', 'cpu'] } in the config.";
  return [
    loads
      ? warning('an NVIDIA card is here and its provider loads, but the config does not use it', use)
      : warning('an NVIDIA card is here, but its libraries are not', `Run \`${installCommand()}\`. ${use}`),
  ];
}

async function checkOne(name: ProviderName, fallsBack: boolean): Promise<Finding> {
  const check = await checkProvider(name);
  if (check.loads) return ok(`provider ${name} loads`);
  const { fix } = check.error;
  const message = withoutFix(check.error);
  return fallsBack
    ? warning(`${message} The config falls back to cpu.`, fix?.replace(FALL_BACK, ''))
    : problem(message, fix);
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

import { didYouMean } from '../errors/suggest.js';
import { isSvError, SvError } from '../errors/sv-error.js';
import type { Engine, EngineOptions, Session } from '../types/index.js';

/**
 * Opens a model in the engine that `options.name` names. Of two engines with one name the later counts, so that a
 * plugin may replace the built-in one.
 * @throws `SV_ENGINE_UNKNOWN`, and what the engine throws
 */
export async function openSession(engines: Iterable<Engine>, options: EngineOptions, path: string): Promise<Session> {
  const list = [...engines];
  const name = options.name ?? 'onnxruntime';
  const engine = list.findLast((candidate) => candidate.name === name);
  if (!engine) {
    const names = [...new Set(list.map((candidate) => candidate.name))];
    throw new SvError(
      'SV_ENGINE_UNKNOWN',
      `No engine is named \`${name}\`, expected one of ${names.join(', ')}.${didYouMean(name, names)}`,
      { fix: 'Correct engine.name, or add the plugin that brings the engine.' },
    );
  }
  try {
    return await engine.open(path, options);
  } catch (cause) {
    if (isSvError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SvError('SV_ENGINE_MODEL', `The engine ${name} could not open ${path}: ${why}`, { cause });
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnnxRuntimeEngine, type EngineOptions, type Session } from '@streetvision/core';

export type OpenGraph = (path: string, options: EngineOptions) => Promise<Session>;

// Steps follow one another, so one session with all cores. It must not spin: the next batch is put together meanwhile,
// and three busy threads on two cores take twice as long.
const ONE: EngineOptions = { providers: ['cpu'], workers: 1, profile: 'throughput' };

/** Opens a graph from memory: it lies in a temporary file until the session is closed. Throws `SV_ENGINE_*`. */
export async function openGraph(bytes: Uint8Array, open: OpenGraph): Promise<Session> {
  const folder = await mkdtemp(join(tmpdir(), 'sv-train-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'graph.onnx');
    await writeFile(path, bytes);
    const session = await open(path, ONE);
    return {
      ...session,
      async close() {
        await session.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Runs with an engine: the caller's, or one of its own that is closed afterwards. */
export async function withEngine<T>(open: OpenGraph | undefined, use: (open: OpenGraph) => Promise<T>): Promise<T> {
  if (open) return use(open);
  const engine = createOnnxRuntimeEngine();
  try {
    return await use((path, options) => engine.open(path, options));
  } finally {
    await engine.close();
  }
}

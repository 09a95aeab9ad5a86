import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import semver from 'semver';
import type { Finding } from '../../types/index.js';
import { VERSION } from '../../version.js';
import { ok, problem, type Section, warning } from './types.js';

/** The oldest Node that the tests run on. */
const NODE_RANGE = '>=20.19.0';

/** Node, cores, memory, thread pool. */
export async function machine(env: Readonly<Record<string, string | undefined>>): Promise<Section> {
  const cores = availableParallelism();
  return {
    title: 'machine',
    findings: [
      ok(`streetvision ${VERSION} on ${process.platform} ${process.arch}`),
      node(process.versions.node),
      cpu(cores, await readCpuQuota()),
      memory(totalmem(), freemem(), process.constrainedMemory?.() ?? 0),
      threadPool(env.UV_THREADPOOL_SIZE, cores),
    ],
  };
}

export function node(version: string): Finding {
  return semver.satisfies(version, NODE_RANGE)
    ? ok(`Node ${version}`)
    : problem(`Node ${version}, needed is ${NODE_RANGE}`, 'Install a current Node: https://nodejs.org/en/download');
}

/** @param quota cores that the cgroup grants, or undefined */
export function cpu(cores: number, quota: number | undefined): Finding {
  const text = `${cores} core${cores === 1 ? '' : 's'}`;
  if (quota === undefined || quota >= cores) return ok(text);
  const fits = Math.max(1, Math.floor(quota));
  return warning(
    `${text}, but this container may use ${quota} of them: threads beyond that wait for each other`,
    `Set engine: { workers: 1, threads: ${fits} } and budget: { concurrency: ${fits} } in the config.`,
  );
}

/** @param limit bytes that the cgroup grants; 0 or an enormous number where there is no limit */
export function memory(total: number, free: number, limit: number): Finding {
  const limited = limit > 0 && limit < total;
  const text = limited ? `${gib(limit)} of ${gib(total)} memory allowed` : `${gib(total)} memory, ${gib(free)} free`;
  const available = limited ? limit : total;
  return available >= 2 ** 30 ? ok(text) : warning(text, 'Give it 1 GiB at least, more for large backbones.');
}

export function threadPool(size: string | undefined, cores: number): Finding {
  const threads = size === undefined ? 4 : Number(size);
  return threads >= Math.min(cores, 4)
    ? ok(`${threads} threads decode pictures (UV_THREADPOOL_SIZE)`)
    : warning(
        `${threads} threads decode pictures, for ${cores} cores`,
        `Unset UV_THREADPOOL_SIZE, or set it to ${cores}.`,
      );
}

/** cgroup v2, then v1. Neither exists outside Linux. */
async function readCpuQuota(): Promise<number | undefined> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const v2 = await read('/sys/fs/cgroup/cpu.max');
  if (v2 !== undefined) return parseCpuMax(v2);
  const quota = await read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const period = await read('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
  return quota && period ? parseCpuMax(`${quota.trim().replace('-1', 'max')} ${period}`) : undefined;
}

/** `'150000 100000'` is one and a half cores; `'max 100000'` is no limit. */
export function parseCpuMax(text: string): number | undefined {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota && period ? quota / period : undefined;
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

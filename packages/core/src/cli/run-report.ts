import { resolve } from 'node:path';
import type { Step, Task } from '../types/index.js';
import type { CliCall } from './command.js';
import type { ResultRow } from './output/row.js';
import { createReport, type ReportEnd, type ReportStep } from './report/index.js';
import { type Earlier, readRows } from './resume.js';

export interface RunReport {
  /** As the user wrote it. */
  readonly file: string;
  /** @param bytes the encoded picture, where it is not the file that the row names */
  add(row: ResultRow, bytes?: Uint8Array): Promise<void>;
  finish(end: ReportEnd): Promise<void>;
  abort(): Promise<void>;
}

/** The report of `--report`, begun with the rows of the run that is resumed. */
export async function openRunReport(
  call: CliCall,
  task: Task | undefined,
  expected: number | undefined,
  earlier: Earlier | undefined,
): Promise<RunReport | undefined> {
  const file = call.options.report as string | undefined;
  if (file === undefined) return undefined;
  const { config } = await call.config();
  const report = await createReport({
    file: resolve(call.cwd, file),
    cascade: config.cascade.map(describeStep),
    ...(config.images ? { images: config.images } : {}),
    ...(task ? { task } : {}),
    ...(expected === undefined ? {} : { expected: expected + (earlier?.done.size ?? 0) }),
  });
  const add = (row: ResultRow, bytes?: Uint8Array) =>
    report.add(row, bytes ?? (row.input === '-' ? undefined : resolve(call.cwd, row.input)));
  if (earlier?.wholeBytes !== undefined) {
    // Rows that are run again, or that a later row replaces, are left to the later one.
    const last = new Map<string, number>();
    for await (const { row, endsAt } of readRows(call.options.resume as string, call.cwd)) last.set(row.input, endsAt);
    for await (const { row, endsAt } of readRows(call.options.resume as string, call.cwd)) {
      if (earlier.done.has(row.input) && last.get(row.input) === endsAt) await add(row);
    }
  }
  return { file, add, finish: report.finish, abort: report.abort };
}

function describeStep({ run }: Step): ReportStep {
  return { run: typeof run === 'string' ? [run] : run };
}

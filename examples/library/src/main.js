import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFrame, isSvError } from '@streetvision/core';
import { counter, openCascade } from './cascade.js';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../quickstart/pictures');
const files = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();

const { exits, plugin } = counter();
const sv = await openCascade(plugin);
try {
  await onePicture(join(folder, files[0]));
  await fromMemory(await readFile(join(folder, files[1])));
  await whatIsNoPicture();
  await many();
} finally {
  await sv.close();
}
for (const [exit, count] of [...exits].sort()) console.log(`observed  ${exit}: ${count}`);

/** A file. The result explains itself: who answered, why it stopped, what it cost. */
async function onePicture(path) {
  const { label, score, exit, trace } = await sv.run(path);
  console.log(`file      ${label} ${score.toFixed(3)}, after ${exit.after}: ${exit.reason}`);
  for (const { stage, status, ms } of trace) console.log(`          ${stage} ${status} in ${ms.compute.toFixed(1)} ms`);
}

/** Bytes, as an upload has them, under a name and with metadata of your own; with a deadline and a signal. */
async function fromMemory(bytes) {
  const frame = createFrame({ id: 'upload-17', bytes, meta: { camera: 'front' } });
  const { width, height, format } = await frame.info();
  const gone = new AbortController();
  const result = await sv.run(frame, { timeoutMs: 2_000, signal: gone.signal });
  console.log(`memory    ${result.input}, ${format} ${width} × ${height}: ${result.label}`);
}

/** A single `run` throws. `code` is stable, `fix` says what to do; what is not an SvError is a bug. */
async function whatIsNoPicture() {
  try {
    await sv.run({ id: 'page.jpg', bytes: Buffer.from('<!doctype html><title>404</title>') });
  } catch (error) {
    if (!isSvError(error)) throw error;
    console.log(`refused   ${error.code}`);
  }
}

/** A stream of any length. Answers come in its order, and a failure is an outcome, not the end. */
async function many() {
  async function* pictures() {
    for (const file of files) yield join(folder, file);
    yield join(folder, 'missing.jpg');
  }
  for await (const { input, result, error } of sv.runAll(pictures())) {
    const name = input.slice(folder.length + 1);
    console.log(`stream    ${name}: ${result ? `${result.label} ${result.score.toFixed(3)}` : error.code}`);
  }
}

import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { data } from '@streetvision/plugin-data';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { times } from '../rounds.mjs';

const MEGABYTES = times(200);
const PICTURE = 100_000;
const PER_GROUP = 100;
const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Bytes that do not compress; the file is written group by group, so that writing it needs no memory either. */
async function writeFile(path, rows) {
  const file = await open(path, 'w');
  const writer = new ByteWriter();
  const save = async () => {
    await file.write(writer.getBytes());
    writer.index = 0;
  };
  const schema = [
    { name: 'root', num_children: 2 },
    { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
    { name: 'label', type: 'INT64', repetition_type: 'REQUIRED' },
  ];
  const parquet = new ParquetWriter({ writer, schema, codec: 'UNCOMPRESSED' });
  let state = 1;
  for (let start = 0; start < rows; start += PER_GROUP) {
    const images = Array.from({ length: PER_GROUP }, () => {
      const words = new Uint32Array(PICTURE / 4);
      for (let i = 0; i < words.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        words[i] = state;
      }
      return new Uint8Array(words.buffer);
    });
    const labels = images.map((_, i) => BigInt(i % 2));
    parquet.write({
      columnData: [
        { name: 'image', data: images },
        { name: 'label', data: labels },
      ],
      rowGroupSize: PER_GROUP,
      pageSize: MIB,
    });
    await save();
  }
  parquet.finish();
  await save();
  await file.close();
}

/** Bytes a second that this disk gives, as the most that anyone can read. */
async function readRate(path) {
  const began = performance.now();
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: MIB })) bytes += chunk.length;
  return { bytes, perSecond: (bytes / (performance.now() - began)) * 1000 };
}

/** Growth by the line of least squares, per thousand rows. */
function slope(points) {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return (over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)) * 1000;
}

/** Streams a parquet file of pictures through the reader: how fast, and whether memory stays flat. */
export async function parquet() {
  const folder = await mkdtemp(join(tmpdir(), 'sv-bench-'));
  try {
    const path = join(folder, 'pictures.parquet');
    const rows = Math.ceil((MEGABYTES * 1e6) / PICTURE / PER_GROUP) * PER_GROUP;
    await writeFile(path, rows);
    const disk = await readRate(path);
    const format = data().formats.find(({ name }) => name === 'parquet');
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const ctx = { dir: folder, task: undefined, log, signal: new AbortController().signal, problem: console.error };
    collect();
    const began = performance.now();
    const dataset = await format.open('pictures.parquet', ctx);
    const held = [];
    let count = 0;
    let peak = 0;
    for await (const sample of dataset.samples()) {
      await sample.read();
      if (++count % PER_GROUP === 0) {
        peak = Math.max(peak, process.memoryUsage().rss);
        collect();
        held.push([count, process.memoryUsage().arrayBuffers / MIB]);
      }
    }
    const seconds = (performance.now() - began) / 1000;
    // The first groups fill the cache of pictures; after them nothing may grow.
    const later = held.slice(Math.floor(held.length / 2));
    return {
      parquetRows: count,
      parquetRowsPerSecond: Math.round(count / seconds),
      parquetMbPerSecond: Math.round(disk.bytes / 1e6 / seconds),
      diskMbPerSecond: Math.round(disk.perSecond / 1e6),
      parquetPeakRssMiB: Math.round(peak / MIB),
      parquetMiBPer1000Rows: later.length > 1 ? Number(slope(later).toFixed(2)) : 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

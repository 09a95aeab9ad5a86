import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawImage } from '@huggingface/transformers';
import { createFrame } from '@streetvision/core';
import { median, ratio, times } from '../rounds.mjs';
import { processor } from '../transformers.mjs';

/** Encoded picture → normalised tensor, one after the other, against transformers.js and Pillow with numpy. */
export async function preprocess({ model, pictures }) {
  const process = await processor(model);
  const some = pictures.slice(0, times(pictures.length));
  const ours = async () => {
    for (const bytes of some) await createFrame({ id: 'x', bytes }).tensor(model.spec);
  };
  const peer = async () => {
    for (const bytes of some) await process(await RawImage.fromBlob(new Blob([bytes])));
  };
  const { ratio: speed, oursMs, peerMs } = await ratio(ours, peer, times(7));
  const pillow = pillowMs(some, model.spec, times(5));
  return {
    preprocessVsTransformersJs: speed,
    preprocessMsPerImage: oursMs / some.length,
    transformersJsMsPerImage: peerMs / some.length,
    preprocessVsPillow: pillow === null ? null : pillow / (oursMs / some.length),
  };
}

/** Milliseconds for a picture, or null where Python has no Pillow and numpy. */
function pillowMs(pictures, { width, height }, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'sv-bench-'));
  try {
    execFileSync('python3', ['-c', 'import PIL, numpy'], { stdio: 'ignore' });
    for (const [i, bytes] of pictures.entries()) writeFileSync(join(folder, `${i}.jpg`), bytes);
    const script = `
import sys, time, glob, io, numpy
from PIL import Image
data = [open(f, 'rb').read() for f in sorted(glob.glob(sys.argv[1] + '/*.jpg'))]
for _ in range(${rounds + 1}):
    t = time.perf_counter()
    for b in data:
        a = numpy.asarray(Image.open(io.BytesIO(b)).convert('RGB').resize((${width}, ${height}), Image.BILINEAR))
        numpy.ascontiguousarray((a.astype('float32') / 255).transpose(2, 0, 1))
    print((time.perf_counter() - t) * 1000 / len(data))`;
    const lines = execFileSync('python3', ['-c', script, folder], { encoding: 'utf8' }).trim().split('\n');
    return median(lines.slice(1).map(Number));
  } catch {
    return null; // No Pillow here: the table says so.
  } finally {
    rmSync(folder, { recursive: true });
  }
}

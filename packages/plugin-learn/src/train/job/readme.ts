import type { Job } from './types.js';

/** The README.md of a job: everything that a trainer needs to know. */
export function jobReadme({ classes, positive, preprocessing: p, backbone, data, checks }: Job): string {
  const fit =
    p.fit === 'crop'
      ? `the shortest edge is scaled to ${p.shortestEdge} pixels, then ${p.width} × ${p.height} cut out of the centre`
      : `stretched to ${p.width} × ${p.height} (width × height), the aspect ratio is lost`;
  return `# Fine-tuning job

${data.n} labelled pictures in ${data.groups} groups, for a model that decides ${classes.join(' / ')}; \`${positive}\` is the positive class.
Train it with whatever you like. What comes back is checked in with

\`\`\`sh
sv train --import <this folder> --out <folder>
\`\`\`

| file | what it is |
|---|---|
| \`job.json\` | classes, preprocessing, seed, hyper-parameters to start from, the backbone that is replaced (${backbone.id}) |
| \`data.jsonl\` | one picture per line: \`file\`, \`label\`, \`group\`, \`split\` (\`train\` or \`validation\`), \`sha256\` |
| \`images/\` | the pictures, as they came: apply the EXIF orientation, drop alpha, take RGB |
| \`checks/inputs.f32\` | ${checks.length} preprocessed pictures, little-endian float32 [${checks.length}, 3, ${p.height}, ${p.width}], in the order of \`checks\` in job.json |

Never train on the split \`validation\`, and never part a group: pictures of a group are near-duplicates.

## Preprocessing

RGB, ${fit}; ${p.resample}, antialiased, ${p.rounding === 'uint8' ? 'rounded to 8 bit as Pillow does' : 'not rounded, as torchvision does on tensors'}; then \`(value × ${p.scale} − mean) / std\` with
mean [${p.mean.join(', ')}] and std [${p.std.join(', ')}]. Compare yours with \`checks/inputs.f32\`: apart from JPEG decoders and resizers,
which differ by a few levels, the numbers must be the same.

## What must come back

Into \`result/\` of this folder, one or both of:

1. \`model.onnx\`, the fine-tuned backbone, in inference mode (no dropout, fixed batch statistics), opset 26 or lower:
   - input \`pixel_values\`, float32 [batch, 3, ${p.height}, ${p.width}], the batch free;
   - output \`embedding\`, float32 [batch, D];
   - and, if it has a classifier, output \`probability\`, float32 [batch] or [batch, 1] for P(${positive}), or [batch, ${classes.length}] in the
     order ${classes.join(', ')}. It is judged on the validation pictures; the cascade itself asks a head.
2. \`head.onnx\`, a classifier over \`embedding\`: input \`embedding\`, float32 [batch, D], output \`probability\` as above. With
   a model.onnx it is for that model, alone it is for the backbone as it was.

And, if you can, to show that what runs here is what you trained:

- \`reference.json\`: \`{ "embedding": { "<id>": [D numbers] }, "probability": { "<id>": P(${positive}) } }\` of your trained
  model on \`checks/inputs.f32\`. Differences above 1e-3 are refused.
- \`trainer.json\`: anything you want to keep: versions, hyper-parameters, curves.

An imported model is a model folder: name it as \`backbone\`, then run the import again for the head that came with it, or
train one on the new embeddings with \`sv train\`. Those embeddings know the pictures of this job: judge only on others.
`;
}

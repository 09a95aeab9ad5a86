import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePlugin } from '@streetvision/core/testing';
import { roadwork } from '@streetvision/task-roadwork';
import { afterAll } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { dinov3 } from '../src/index.js';
import { METADATA, writeHead } from './head-fixture.js';
import { meanColour, writeModelFolder } from './model-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'sv-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const graph = meanColour().encode();
await writeModelFolder(join(folder, 'colour'), { graph });
const sha256 = createHash('sha256').update(graph).digest('hex');
await writeHead(join(folder, 'head.onnx'), { ...METADATA, backbone: { id: 'colour', sha256 } });

const options = { backbone: join(folder, 'colour'), head: join(folder, 'head.onnx') };
const suite = { packageJson, task: roadwork(), cache: join(folder, 'cache'), offline: true };

await describePlugin(() => dinov3(options), suite);
await describePlugin(() => dinov3({ ...options, embedding: true, cache: { dir: join(folder, 'embeddings') } }), suite);

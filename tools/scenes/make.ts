import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderScene } from '../../packages/plugin-data/src/scenes/render.js';
import { SCENES } from './catalogue.js';

const folder = process.argv[2];
if (!folder) throw new Error('Usage: make.ts <folder>');
await mkdir(folder, { recursive: true });
for (const scene of SCENES) await writeFile(join(folder, `${scene.name}.jpg`), await renderScene(scene));

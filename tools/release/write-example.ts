import { writeFile } from 'node:fs/promises';
import { pluginNames } from '../../packages/core/src/cli/plugin-kit/names.js';
import { pluginFiles } from '../../packages/core/src/cli/plugin-kit/template/index.js';

// The example names the version of core that its template was written for, so each version of core writes it again.
for (const [path, content] of Object.entries(pluginFiles(pluginNames('sv-plugin-orange')))) {
  await writeFile(new URL(`../../examples/third-party-plugin/${path}`, import.meta.url), content);
}

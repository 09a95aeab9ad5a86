import { CONFIG_SCHEMA_PATH } from '../../config/json-schema.js';
import { VERSION } from '../../version.js';

export type ConfigFormat = 'ts' | 'yaml';

/** What the starter config imports. */
export const PACKAGES = [
  '@streetvision/core',
  '@streetvision/backbone-starter',
  '@streetvision/plugin-dinov3',
  '@streetvision/task-roadwork',
] as const;

export const configFile: Readonly<Record<ConfigFormat, string>> = { ts: 'sv.config.ts', yaml: 'sv.config.yaml' };

export const config: Readonly<Record<ConfigFormat, string>> = {
  ts: `import { starter } from '@streetvision/backbone-starter';
import { defineConfig } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';

export default defineConfig({
  task: roadwork(),
  // The starter is small and needs no download. A better backbone is one string: dinov3({ backbone: …, head: … }).
  plugins: [dinov3(starter)],
  // Cheapest step first. A step with \`exit: window(0.12, 0.88)\` passes on what it is unsure of.
  cascade: [{ run: 'starter' }],
});
`,
  yaml: `# yaml-language-server: $schema=${CONFIG_SCHEMA_PATH}
task: '@streetvision/task-roadwork'
plugins:
  # The starter is small and needs no download. A better backbone is one line here.
  - - '@streetvision/plugin-dinov3'
    - name: starter
      backbone: npm:@streetvision/backbone-starter/model
      head: npm:@streetvision/backbone-starter/model/head.onnx
# Cheapest step first. A step with \`exit: { window: [0.12, 0.88] }\` passes on what it is unsure of.
cascade:
  - run: starter
`,
};

// Without this npm runs an install script that fetches CUDA libraries, and fails where there is no network.
const allowScripts = { 'onnxruntime-node': false };

export function packageJson(name: string): string {
  const dependencies = Object.fromEntries(PACKAGES.map((dependency) => [dependency, `^${VERSION}`]));
  return `${JSON.stringify({ name, private: true, type: 'module', dependencies, allowScripts }, null, 2)}\n`;
}

/** The same for npm before 11.19. Later ones warn of the line. */
export const npmrc = 'onnxruntime-node-install=skip\n';

/** The same as a command, for a `package.json` that is there. */
export const allowScriptsCommand = 'npm pkg set allowScripts.onnxruntime-node=false --json';

/** Makes `npx tsc` check the config. */
export const tsconfig = `${JSON.stringify(
  { compilerOptions: { module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true } },
  null,
  2,
)}\n`;

export const gitignore = 'node_modules/\n.sv/\n';

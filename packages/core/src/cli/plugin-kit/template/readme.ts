import type { PluginNames } from '../names.js';

export const readme = ({ package: name, stage, factory }: PluginNames): string => `# ${name}

A [StreetVision](https://github.com/streetvision/streetvision) plugin with the stage \`${stage}\`: the share of orange
pixels in a picture, as a score.

\`\`\`sh
npm install @streetvision/core ${name}
\`\`\`

\`\`\`ts
// sv.config.ts
import { defineConfig, window } from '@streetvision/core';
import { ${factory} } from '${name}';

export default defineConfig({
  plugins: [${factory}({ half: 0.02 })],
  cascade: [{ run: '${stage}', exit: window(0.1, 0.9) }],
});
\`\`\`

\`half\` is the share of orange pixels at which the score is 0.5; 0.02 where it is left out.

## Work on it

\`\`\`sh
npm install
npm test          # the conformance suite of core, and what is particular to this stage
npm run build
npm run check     # what a user would stumble over: exports, peer range, behaviour
npm publish
\`\`\`

A stage gets frames and returns one output per frame, in order, with a score in [0, 1]. What it loads it loads in
\`load\` and frees in \`unload\`; weights come from \`ctx.model(reference)\`, which verifies them, and run in
\`ctx.open(path)\`.
`;

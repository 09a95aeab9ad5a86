import { starter } from '@streetvision/backbone-starter';
import { defineConfig, window } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import { closer } from './closer.js';

export default defineConfig({
  task: roadwork(),
  plugins: [dinov3(starter), closer()],
  cascade: [
    // A score between 0.2 and 0.8 leaves the question open: those pictures go on to the next step.
    { run: 'starter', exit: window(0.2, 0.8) },
    { run: 'closer', timeoutMs: 1_000, onError: 'skip' },
  ],
  budget: { ms: 5_000 },
});

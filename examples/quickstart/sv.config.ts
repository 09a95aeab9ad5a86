import { starter } from '@streetvision/backbone-starter';
import { defineConfig, window } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';

export default defineConfig({
  task: roadwork(),
  plugins: [dinov3(starter)],
  // A score between 0.2 and 0.8 leaves the question open; the next step of a longer cascade would answer it.
  cascade: [{ run: 'dinov3', exit: window(0.2, 0.8) }],
});

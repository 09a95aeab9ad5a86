import { starter } from '@streetvision/backbone-starter';
import { calibrated, defineConfig } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import { closer } from '../quickstart/closer.js';

export default defineConfig({
  task: roadwork(),
  // Another backbone is one string here; `sv train` makes the head.
  plugins: [dinov3({ ...starter, head: './run/head.onnx' }), closer()],
  cascade: [
    // Stops where the calibration can promise that it is right; what is left goes on.
    { run: 'starter', exit: calibrated('./calibration.json') },
    { run: 'closer' },
  ],
});

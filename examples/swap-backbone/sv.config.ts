import { defineConfig } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';

// The one string. The head lies in the same folder, because it fits this backbone and no other.
const backbone = 'npm:@streetvision/backbone-starter/model';

export default defineConfig({
  task: roadwork(),
  plugins: [dinov3({ name: 'backbone', backbone, head: `${backbone}/head.onnx` })],
  cascade: [{ run: 'backbone' }],
});

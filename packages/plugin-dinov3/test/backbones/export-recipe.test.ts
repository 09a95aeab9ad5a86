import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { noExport } from '../../src/backbones/export-recipe.js';
import { BACKBONES, findBackbone } from '../../src/backbones/table.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('noExport', () => {
  it('says how to make one', () => {
    const entry = findBackbone('dinov3-vith16plus');
    expect(entry && noExport(entry)).toMatchInlineSnapshot(`
      [SvError: No public ONNX export of facebook/dinov3-vith16plus-pretrain-lvd1689m is known. Accept the licence at https://huggingface.co/facebook/dinov3-vith16plus-pretrain-lvd1689m, then make one:

      pip install "transformers>=4.56" torch onnx onnxscript
      hf auth login
      python - <<'PY'
      import os, torch
      from transformers import AutoImageProcessor, DINOv3ViTModel
      model_id, folder = "facebook/dinov3-vith16plus-pretrain-lvd1689m", "./models/dinov3-vith16plus"
      os.makedirs(folder + "/onnx", exist_ok=True)
      model = DINOv3ViTModel.from_pretrained(model_id).eval()
      class Features(torch.nn.Module):
          def __init__(self):
              super().__init__()
              self.model = model
          def forward(self, pixel_values):
              out = self.model(pixel_values)
              return out.last_hidden_state, out.pooler_output
      torch.onnx.export(Features().eval(), (torch.zeros(2, 3, 224, 224),), folder + "/onnx/model.onnx",
          input_names=["pixel_values"], output_names=["last_hidden_state", "pooler_output"], dynamo=True,
          dynamic_shapes={"pixel_values": {0: torch.export.Dim("batch")}})
      model.config.save_pretrained(folder)
      AutoImageProcessor.from_pretrained(model_id).save_pretrained(folder)
      PY

      Then write backbone: './models/dinov3-vith16plus'.]
    `);
  });

  it.skipIf(!hasPython)('prints a script that a shell hands to Python as it is, and that parses', () => {
    // One of each family: the rest differ in names only.
    const families = new Map(BACKBONES.filter((one) => one.export === null).map((one) => [one.family, one]));
    for (const entry of families.values()) {
      const fix = noExport(entry).fix ?? '';
      const shell = fix.slice(fix.indexOf('python - '), fix.lastIndexOf('Then write'));
      const parse = shell.replace('python -', 'python3 -c "import ast, sys; ast.parse(sys.stdin.read())"');
      expect(spawnSync('bash', ['-c', parse], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });
});

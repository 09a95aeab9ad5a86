import { SvError } from '@streetvision/core';
import { FAMILIES } from './families.js';
import type { BackboneEntry } from './table.js';

/** The error for a backbone without a public export. It says how to make one. */
export function noExport(entry: BackboneEntry): SvError {
  const { gated } = FAMILIES[entry.family];
  const folder = `./models/${entry.alias}`;
  return new SvError('SV_BACKBONE_NO_EXPORT', `No public ONNX export of ${entry.id} is known.`, {
    fix: [
      // Not indented, so that it can be pasted into a shell.
      gated ? `Accept the licence at https://huggingface.co/${entry.id}, then make one:` : 'Make one:',
      '',
      'pip install "transformers>=4.56" torch onnx onnxscript',
      ...(gated ? ['hf auth login'] : []),
      "python - <<'PY'",
      ...exportScript(entry, folder),
      'PY',
      '',
      `Then write backbone: '${folder}'.`,
    ].join('\n'),
  });
}

/** Python that writes a model folder. A wrapper around the transformers class keeps `pixel_values` the only input. */
function exportScript(entry: BackboneEntry, folder: string): string[] {
  const { pythonClass } = FAMILIES[entry.family];
  const { width, height } = entry.preprocessing;
  return [
    'import os, torch',
    `from transformers import AutoImageProcessor, ${pythonClass}`,
    `model_id, folder = "${entry.id}", "${folder}"`,
    'os.makedirs(folder + "/onnx", exist_ok=True)',
    `model = ${pythonClass}.from_pretrained(model_id).eval()`,
    'class Features(torch.nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    '        self.model = model',
    '    def forward(self, pixel_values):',
    '        out = self.model(pixel_values)',
    '        return out.last_hidden_state, out.pooler_output',
    `torch.onnx.export(Features().eval(), (torch.zeros(2, 3, ${height}, ${width}),), folder + "/onnx/model.onnx",`,
    '    input_names=["pixel_values"], output_names=["last_hidden_state", "pooler_output"], dynamo=True,',
    '    dynamic_shapes={"pixel_values": {0: torch.export.Dim("batch")}})',
    'model.config.save_pretrained(folder)',
    'AutoImageProcessor.from_pretrained(model_id).save_pretrained(folder)',
  ];
}

import { basename } from 'node:path';
import { AutoImageProcessor, env, pipeline } from '@huggingface/transformers';

/** Only files on this disk. */
function local(model) {
  env.allowRemoteModels = false;
  env.localModelPath = model.parent;
  return basename(model.folder);
}

export const processor = (model) => AutoImageProcessor.from_pretrained(local(model), { local_files_only: true });

/** @param threads inside the one session that transformers.js has */
export const extractor = (model, threads) =>
  pipeline('image-feature-extraction', local(model), {
    dtype: 'fp32',
    device: 'cpu',
    local_files_only: true,
    session_options: { intraOpNumThreads: threads },
  });

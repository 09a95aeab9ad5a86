/**
 * Every error code, with what it means. The reference page is generated from this table; a code, once released,
 * keeps its meaning.
 */
export const ERRORS = {
  // config
  SV_CONFIG_NOT_FOUND: 'No config was found from the working folder upwards.',
  SV_CONFIG_LOAD: 'The config file could not be loaded: a syntax error, a failing import, a missing default export.',
  SV_CONFIG_INVALID: 'The config does not have the expected form. Every mistake is listed with its path.',
  SV_CONFIG_STAGE_UNKNOWN: 'A step names a stage that no plugin provides.',
  SV_TASK_NOT_FOUND: 'The task named in the config is not installed, or the file is not there.',
  SV_TASK_INVALID: 'The task has fewer than two classes, or its positive class is not one of them.',
  // plugins
  SV_PLUGIN_NOT_FOUND: 'A plugin named in the config is not installed, or the file is not there.',
  SV_PLUGIN_INVALID: 'What was given as a plugin is not one: no name, an unknown key, a factory that was not called.',
  SV_PLUGIN_API: 'The plugin was built for another version of the plugin API.',
  SV_PLUGIN_DUPLICATE: 'Two plugins have the same name.',
  SV_PLUGIN_CYCLE: 'Plugins wait for each other with `after`.',
  SV_PLUGIN_MISSING: 'A plugin requires another one that is not in the config.',
  SV_PLUGIN_SETUP: 'A plugin failed in `setup`, `ready` or `close`.',
  SV_PLUGIN_CONFORMANCE: 'A plugin does not keep the contract; found by `describePlugin` or `sv plugin check`.',
  SV_STAGE_DUPLICATE: 'Two plugins bring a stage of the same name.',
  // hooks
  SV_HOOK_UNKNOWN: 'A plugin taps a hook that does not exist.',
  SV_HOOK_FAILED: 'A hook handler of a plugin threw.',
  SV_HOOK_RESULT: 'A hook handler returned something that the hook does not take, such as null.',
  // stages
  SV_STAGE_LOAD: 'A stage could not load its model.',
  SV_STAGE_FAILED: 'A stage threw while it ran.',
  SV_STAGE_TIMEOUT: 'A stage did not answer within its `timeoutMs`.',
  SV_STAGE_OUTPUT: 'A stage returned something else than one output per frame with a score in [0, 1].',
  // runs
  SV_OVERLOADED: 'Concurrency and queue are full. Come back after `retryAfterMs`.',
  SV_DEADLINE: 'The budget was spent before any stage answered, or `onExceeded` is `fail`.',
  SV_ABORTED: 'The caller gave up.',
  SV_CLOSED: 'The runtime was closed before or during the run.',
  SV_NO_ANSWER: 'Nobody decided: every stage was skipped, failed or abstained.',
  // input
  SV_INPUT_INVALID: 'The input is neither a path, nor bytes, nor a frame.',
  SV_INPUT_NOT_FOUND: 'There is no such file.',
  SV_INPUT_UNREADABLE: 'The file could not be read: a folder, no permission, an I/O error.',
  SV_IMAGE_EMPTY: 'The picture has no bytes.',
  SV_IMAGE_TOO_LARGE: 'The picture has more bytes than `images.maxBytes`.',
  SV_IMAGE_TOO_MANY_PIXELS: 'The picture has more pixels than `images.maxPixels`.',
  SV_IMAGE_FORMAT: 'The bytes are not a JPEG, PNG, WebP, AVIF, TIFF or GIF.',
  SV_IMAGE_CORRUPT: 'The picture is truncated or damaged.',
  SV_TENSOR_SPEC: 'A stage asked for a tensor of an impossible form.',
  // engines
  SV_ENGINE_UNKNOWN: 'The config names an engine that no plugin provides.',
  SV_ENGINE_OPTIONS: 'The engine options are contradictory or out of range.',
  SV_ENGINE_PROVIDER: 'A requested execution provider did not load, and no fallback is configured.',
  SV_ENGINE_MODEL: 'The engine could not open the model file.',
  SV_ENGINE_INPUT: 'The tensors given to a session do not fit the graph.',
  SV_ENGINE_RUN: 'The engine failed while running a graph.',
  SV_ENGINE_WORKER: 'A worker thread of the engine died. The next run gets a new one.',
  SV_ENGINE_CLOSED: 'The session was closed.',
  // models
  SV_MODEL_REF: 'The model reference has not one of the forms hf:, https:, npm:, file:.',
  SV_MODEL_NOT_FOUND: 'The model file does not exist there.',
  SV_MODEL_GATED: 'The repository is gated: its licence must be accepted and a token given.',
  SV_MODEL_OFFLINE: 'The model is not in the cache and the network is not to be touched.',
  SV_MODEL_HASH: 'The file has another sha256 than the reference or the lock file says.',
  SV_MODEL_DOWNLOAD: 'A download failed. What arrived is kept and the next try resumes.',
  SV_MODEL_DISK: 'The cache folder is full or cannot be written.',
  SV_MODEL_LOCK: 'The lock file is damaged.',
  SV_MODEL_FOLDER: 'A model folder lacks a file or a setting that is needed to use it.',
  // backbone and head
  SV_BACKBONE_UNKNOWN: 'The backbone is neither in the table nor a model folder.',
  SV_BACKBONE_NO_EXPORT: 'No public ONNX export of the backbone is known.',
  SV_HEAD_MISSING: 'The stage was configured without a head.',
  SV_HEAD_INVALID: 'The head file has no metadata, or damaged metadata.',
  SV_HEAD_MISMATCH: 'The head was trained on another backbone, feature or preprocessing.',
  SV_MEMORY_INVALID: 'The memory of labelled embeddings is damaged or too large.',
  SV_MEMORY_MISMATCH: 'The memory of labelled embeddings was built with another backbone or other classes.',
  // data and learning
  SV_DATA_NOT_FOUND: 'There is no dataset at that place.',
  SV_DATA_FORMAT: 'No format reads the dataset, or it has not the form of its format.',
  SV_DATA_LABEL: 'A label is missing or is no class of the task.',
  SV_DATA_DUPLICATE: 'Two samples of a dataset have the same id.',
  SV_DATA_SPLIT: 'A group lies in two parts of the data, or a part that was asked for is empty.',
  SV_DATA_EMPTY: 'Nothing that can be used is left of the dataset.',
  SV_DATA_SOURCE: 'Where the data comes from did not answer, refused, or may not be asked.',
  SV_DATA_AUGMENTATION: 'No plugin brings an augmentation of that name, or its settings are out of range.',
  SV_DATA_TOOL: 'A program that reads or makes the data is not installed, or failed.',
  SV_TRAIN_DATA: 'The samples cannot train or judge anything: one class only, features that are not finite, too few.',
  SV_TRAIN_OPTIONS: 'The settings of a training, a search or a simulation contradict each other or are out of range.',
  SV_TRAIN_DIVERGED: 'The loss became infinite or NaN.',
  SV_RUN_INVALID: 'A run folder, recording or report is damaged, or belongs to other data or another config.',
  SV_CALIBRATION_INVALID: 'The calibration file is damaged, or has no entry for the step.',
  SV_CALIBRATION_MISMATCH: 'The calibration was made of another model.',
  SV_CALIBRATION_DATA: 'There are too few answers to promise what was asked.',
  SV_GENERATOR: 'An image generator refused, failed, or answered something else than a picture.',
  // command line
  SV_CLI_USAGE: 'The command line could not be understood.',
  SV_CLI_NO_INPUT: 'No picture was found among the files, folders and globs given.',
  SV_OUTPUT_WRITE: 'The output could not be written: disk full, no permission.',
  SV_OUTPUT_DAMAGED: 'The results file given to --resume is not one.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** The reference page's anchor of a code. */
export function docsUrl(code: ErrorCode): string {
  return `https://github.com/streetvision/streetvision/blob/main/docs/reference/errors.md#${code.toLowerCase()}`;
}

import type { ErrorCode } from '../../packages/core/src/errors/codes.js';

/** What the reference says of a code beyond its meaning. Markdown. */
export interface ErrorNote {
  readonly cause: string;
  readonly fix: string;
}

const note = (cause: string, fix: string): ErrorNote => ({ cause, fix });

/** In the order of the page. Every code of the table stands here once; the compiler and a test make sure of it. */
export const SECTIONS: readonly (readonly [title: string, prefix: RegExp])[] = [
  ['Config and task', /^SV_(CONFIG|TASK)_/],
  ['Plugins and hooks', /^SV_(PLUGIN|HOOK)_|^SV_STAGE_DUPLICATE$/],
  ['Stages', /^SV_STAGE_(?!DUPLICATE)/],
  ['Runs', /^SV_(OVERLOADED|DEADLINE|ABORTED|CLOSED|NO_ANSWER)$/],
  ['Input', /^SV_(INPUT|IMAGE|TENSOR)_/],
  ['Engines', /^SV_ENGINE_/],
  ['Models', /^SV_MODEL_/],
  ['Backbone, head and memory', /^SV_(BACKBONE|HEAD|MEMORY)_/],
  ['Data', /^SV_DATA_/],
  ['Training, evaluation, calibration', /^SV_(TRAIN|RUN|CALIBRATION|GENERATOR)(_|$)/],
  ['Command line', /^SV_(CLI|OUTPUT)_/],
];

export const NOTES: Readonly<Record<ErrorCode, ErrorNote>> = {
  SV_CONFIG_NOT_FOUND: note(
    'No `sv.config.*` and no `sv` key in a `package.json`, from the working folder up to the root.',
    '`sv init` writes one. Or name it: `sv run --config path/to/sv.config.ts …`.',
  ),
  SV_CONFIG_LOAD: note(
    'A typing mistake, a package that is not installed, or a file without a default export.',
    'The message names file, line and column, and the command that installs what is missing.',
  ),
  SV_CONFIG_INVALID: note(
    'An unknown key, a value of the wrong kind, a rule that was not called (`always` in place of `always()`).',
    'Correct what is listed. [Config](config.md) has every key; YAML and JSON complete from the JSON Schema.',
  ),
  SV_CONFIG_STAGE_UNKNOWN: note(
    'A mistyped name in `run`, or a plugin that is not in `plugins`.',
    'The message lists the stages at hand, and the nearest one with the plugin it comes from.',
  ),
  SV_TASK_NOT_FOUND: note(
    'The package is not installed, or the path does not start from the folder of the config.',
    '`npm install` the package; a local file starts with `./`.',
  ),
  SV_TASK_INVALID: note(
    'A class is named twice, `positive` is not one of `classes`, or the task has no factory as its default export.',
    'Return what `defineTask({ name, classes, positive })` takes.',
  ),
  SV_PLUGIN_NOT_FOUND: note(
    'The package is not installed where the config lies, or the path is wrong.',
    '`npm install` the package; a local file starts with `./`, from the folder of the config.',
  ),
  SV_PLUGIN_INVALID: note(
    '`dinov3` in place of `dinov3()`, a whole module, a class, an unknown key, a stage without `run`.',
    'The message says what was given. A plugin is what `definePlugin({ name, api, … })` returns.',
  ),
  SV_PLUGIN_API: note(
    'Core and plugin are of different major versions of the plugin API, or `api` is not a range.',
    "Install matching versions. In a plugin of your own write `api: '^1'`.",
  ),
  SV_PLUGIN_DUPLICATE: note(
    'The same factory was called twice.',
    'Remove one. `dinov3()` takes a `name`, which makes a second instance another plugin.',
  ),
  SV_PLUGIN_CYCLE: note(
    'Two or more plugins name each other in `after` or `requires`.',
    'Break the ring that is named.',
  ),
  SV_PLUGIN_MISSING: note('A plugin lists it in `requires`.', 'Install it and add it to `plugins`.'),
  SV_PLUGIN_SETUP: note(
    'The plugin threw; the message and `cause` are its own.',
    'Read the message after `[plugin › setup]`. What was begun before it was undone.',
  ),
  SV_PLUGIN_CONFORMANCE: note(
    'Outputs in another order, a changed frame, a timer that is left behind, a wrong peer range.',
    'Each finding says what was seen and what to change. [Testing](testing.md) lists the checks.',
  ),
  SV_STAGE_DUPLICATE: note(
    'Two plugins, or two instances of one, name a stage alike.',
    'Give one another name; `dinov3()` takes `name`.',
  ),
  SV_HOOK_UNKNOWN: note(
    'A mistyped key in `hooks`.',
    'There are six: `preprocess`, `stage`, `fuse`, `exit`, `postprocess`, `onResult`. `ready` and `close` are tapped in `setup`.',
  ),
  SV_HOOK_FAILED: note(
    'A bug in a plugin, or in a rule of the config: then the message names the step and the field, `cascade[1].exit`.',
    'Read the message after `[plugin › hook]`; `cause` holds what was thrown. Of `onResult` it is only logged.',
  ),
  SV_HOOK_RESULT: note(
    '`null`, a score outside [0, 1], `NaN`, or an object of another form.',
    'Return the value that the hook takes, or `undefined` to say nothing. [Hooks](hooks.md) has the table.',
  ),
  SV_STAGE_LOAD: note(
    '`load` threw something without a code: a missing file, too little memory.',
    'The message after `[plugin › stage]` and `cause` are those of the plugin.',
  ),
  SV_STAGE_FAILED: note(
    'A bug in the stage, or a service that is down. Also: four batches of the stage were given up and have not come back.',
    "`onError: 'skip'` or `{ use: stage }` in the step lets the cascade go on. A hanging stage must watch `ctx.signal`.",
  ),
  SV_STAGE_TIMEOUT: note(
    'The stage is slow, or many frames wait for it: the time counts from when it is asked.',
    "Raise the step's `timeoutMs`, lower `budget.concurrency`, or say `onError: 'skip'`.",
  ),
  SV_STAGE_OUTPUT: note(
    'A wrong count, `NaN`, a logit in place of a probability, a box without finite sides.',
    'Return one `{ score }` per frame, in order, each in [0, 1]; or `abstained: true` for «does not know».',
  ),
  SV_OVERLOADED: note(
    'More callers than `budget.concurrency` + `budget.queue`.',
    'Come back after `error.retryAfterMs`, or raise one of the two. `runAll` never meets it: it bounds itself.',
  ),
  SV_DEADLINE: note(
    '`budget.ms` or `timeoutMs` of the call is shorter than the first step takes.',
    'Raise it, put a faster stage first, or set `onExceeded` to `answer` (the default).',
  ),
  SV_ABORTED: note('The `signal` of the call was aborted, or Ctrl-C was pressed.', 'Nothing: it was asked for.'),
  SV_CLOSED: note('`close()` was called; runs get five seconds to end.', 'Make another runtime with `createRuntime`.'),
  SV_NO_ANSWER: note(
    "Every stage was skipped by `when`, abstained, or failed with `onError: 'skip'`.",
    'End the cascade with a step that always runs. The message says what became of each stage.',
  ),
  SV_INPUT_INVALID: note(
    'A decoded picture, base64, an object without `id`, or a `timeoutMs` that is not above 0.',
    'Give a path, the encoded bytes, `{ id, bytes }`, `{ id, clip }` or a frame.',
  ),
  SV_INPUT_NOT_FOUND: note('A wrong path.', 'Check it; it starts from the working folder.'),
  SV_INPUT_UNREADABLE: note(
    'A folder was given to `run()`, or the file belongs to another user.',
    'Check path, rights and disk.',
  ),
  SV_IMAGE_EMPTY: note('An upload or a download that broke off.', 'Save or send it again.'),
  SV_IMAGE_TOO_LARGE: note('A picture above 32 MiB, the default.', 'Shrink it, or raise `images.maxBytes`.'),
  SV_IMAGE_TOO_MANY_PIXELS: note(
    'A picture above 64 million pixels, the default; or a small file that claims to be huge.',
    'Shrink it, or raise `images.maxPixels`. It is found in the header, before anything is decoded.',
  ),
  SV_IMAGE_FORMAT: note(
    'An HTML error page, HEIC, SVG, a PDF or a Git LFS pointer, whatever the name ends in.',
    'Convert it. The message says what the bytes look like.',
  ),
  SV_IMAGE_CORRUPT: note(
    'A truncated or damaged file.',
    "Save or send it again. `onError: 'skip'` does not forgive it: no other stage could read it either.",
  ),
  SV_TENSOR_SPEC: note(
    'A size of 0, a `std` of 0, `shortestEdge` smaller than the crop, `lanczos` with `antialias: false`.',
    "Correct the spec in the stage, or the preprocessing in the model's folder. [Frames](frames.md) has the rules.",
  ),
  SV_ENGINE_UNKNOWN: note(
    'A mistyped `engine.name`, or its plugin is not in `plugins`.',
    'The message lists the engines at hand.',
  ),
  SV_ENGINE_OPTIONS: note(
    '`workers` × `threads` above the cores, `cpu` before another provider, a provider twice.',
    'The message has the numbers. Left out, `workers` and `threads` follow from `profile`.',
  ),
  SV_ENGINE_PROVIDER: note(
    'No GPU, no driver, no CUDA libraries, or another platform.',
    "`sv doctor` prints the command that installs what is missing. `['cuda', 'cpu']` falls back with a warning.",
  ),
  SV_ENGINE_MODEL: note(
    'Not an ONNX file, a damaged one, an operator that this onnxruntime does not have, missing weights beside it.',
    'Export it again, or for a lower opset. `sv models verify` finds damage.',
  ),
  SV_ENGINE_INPUT: note(
    'A missing input, another type, dimensions that the graph does not take.',
    'The message says what was received and what the graph takes. Give every run a buffer of its own: it moves to the worker.',
  ),
  SV_ENGINE_RUN: note(
    'The graph failed on these tensors; often too little memory.',
    'Lower `maxBatch` or `engine.workers`.',
  ),
  SV_ENGINE_WORKER: note(
    'The native library crashed or memory ran out.',
    'The next run gets a new worker. If it comes back: less memory per worker, a smaller batch.',
  ),
  SV_ENGINE_CLOSED: note(
    'A session was used after `close()`.',
    'Open it again; inside a stage, use it between `load` and `unload` only.',
  ),
  SV_MODEL_REF: note(
    'No revision after `@`, no `#sha256-…`, `http:` in place of `https:`, a folder in place of a file.',
    'Write one of the four forms. [Models](models.md) has them.',
  ),
  SV_MODEL_NOT_FOUND: note(
    'A mistyped file or repository, or a package that is not installed.',
    'The message says where it was looked for, and how to list what is there.',
  ),
  SV_MODEL_GATED: note(
    'The licence was not accepted, or `HF_TOKEN` is missing or of another account.',
    'Open the licence page that the message links, accept, make a token with read rights, set `HF_TOKEN`.',
  ),
  SV_MODEL_OFFLINE: note(
    '`--offline`, `SV_OFFLINE` or `models.offline`, and a model that was never fetched.',
    'Run `sv models pull` once with the network, then again offline.',
  ),
  SV_MODEL_HASH: note(
    'A changed file upstream, a damaged download, a proxy that rewrites answers.',
    'If the change is wanted: `sv models pull --update <ref>`, and look at the difference in `sv.lock`. Else do not use the file.',
  ),
  SV_MODEL_DOWNLOAD: note(
    'The network, or a server that is down. Six tries failed in a row without a new byte.',
    'Try again: it goes on where it stopped. Behind a mirror set `HF_ENDPOINT`.',
  ),
  SV_MODEL_DISK: note(
    'The disk is full, or the folder belongs to another user.',
    'Free some space, or set `SV_CACHE` to another folder; `sv models prune` removes what is not pinned.',
  ),
  SV_MODEL_LOCK: note(
    'Merge conflict markers, or an edit by hand.',
    'Restore `sv.lock` from version control, or remove it and pull the models again.',
  ),
  SV_MODEL_FOLDER: note(
    '`config.json` or `preprocessor_config.json` is missing or asks for what cannot be done; weights are not beside the graph.',
    'The message names file and key.',
  ),
  SV_BACKBONE_UNKNOWN: note(
    'A mistyped id.',
    'Take one of the table in `@streetvision/plugin-dinov3`, or a model folder: `./models/x`, `npm:package/folder`, `hf:org/name@revision`.',
  ),
  SV_BACKBONE_NO_EXPORT: note(
    'DINOv3 S+, H+, 7B, ConvNeXt S/B/L, and all of ConvNeXt-V2, among others.',
    'The message prints a Python script that makes the folder. It was not run for every model.',
  ),
  SV_HEAD_MISSING: note(
    '`dinov3({ backbone })` without `head`.',
    'Give the head that was trained on this backbone. Features alone decide nothing.',
  ),
  SV_HEAD_INVALID: note(
    'An ONNX file that was not written as a head.',
    'Write it with the metadata that the README of `@streetvision/plugin-dinov3` shows.',
  ),
  SV_HEAD_MISMATCH: note(
    'The backbone was swapped, or its file, `feature`, `l2` or preprocessing changed.',
    'Train a head for this backbone. Every difference is listed. It is never run silently.',
  ),
  SV_MEMORY_INVALID: note(
    'A file that was cut off or edited, or that holds more than `capacity`.',
    'Build it again with `buildMemory`.',
  ),
  SV_MEMORY_MISMATCH: note(
    'The backbone was swapped, or its file, `feature`, `l2` or preprocessing changed since the memory was built.',
    'Build it again with the stage at hand. Every difference is listed. It is never used silently.',
  ),
  SV_DATA_NOT_FOUND: note(
    'A mistyped path, or a dataset that lies elsewhere: relative paths start where the command was called.',
    'Check the path; for the hub write `hf:org/name`.',
  ),
  SV_DATA_FORMAT: note(
    'A file of another kind, a missing column, broken JSON.',
    'The message names the line or key. Name the format to insist on it: `coco:labels.json`.',
  ),
  SV_DATA_LABEL: note(
    'A class name that the task does not have, or a number other than 0 and 1.',
    'Correct the label. Rows without one are left out of training and evaluation, and counted.',
  ),
  SV_DATA_DUPLICATE: note(
    'A file that is listed twice, two datasets joined that overlap.',
    'Remove one; `sv data report` lists them.',
  ),
  SV_DATA_SPLIT: note(
    'Pictures of one group were put into different parts, or there are fewer groups than parts.',
    'Split anew with `sv data split`; it never parts a group.',
  ),
  SV_DATA_EMPTY: note(
    'An empty folder, or every sample was left out: the log says why for each.',
    'Look at the reasons first.',
  ),
  SV_DATA_SOURCE: note(
    'The network, a server that is down, an address inside a private network.',
    'Try again: what arrived is kept. Private addresses need to be allowed by name.',
  ),
  SV_DATA_AUGMENTATION: note(
    'A mistyped name, or a range whose low end is above its high end.',
    'The message names the setting and what it takes. Names are those of `sv data augment --help`.',
  ),
  SV_DATA_TOOL: note(
    'ffmpeg or a generator is not installed or not on the path.',
    'The message names the program and how to install it.',
  ),
  SV_TRAIN_DATA: note(
    'All samples of one class, NaN or infinite features, fewer samples than the method needs.',
    'The message says what is there and what is needed.',
  ),
  SV_TRAIN_OPTIONS: note(
    'A rate below 0, a split that does not exist, two options that exclude each other.',
    'The message names the option and what it takes.',
  ),
  SV_TRAIN_DIVERGED: note(
    'A learning rate that is too high, or features that are not normalised.',
    'Lower the learning rate, or clip gradients.',
  ),
  SV_RUN_INVALID: note(
    'A file that was edited or cut off, or a recording of another cascade.',
    'Make it again; the message says which part does not fit.',
  ),
  SV_CALIBRATION_INVALID: note(
    'A file that was edited, or was made before a step was added.',
    'Run `sv calibrate` again.',
  ),
  SV_CALIBRATION_MISMATCH: note(
    'The head was trained again, the weights changed, another model is served under the same name.',
    'Run `sv calibrate` again with the model at hand. It is never used silently.',
  ),
  SV_CALIBRATION_DATA: note(
    'Too few labelled pictures for the promise.',
    'Label more, or ask for less: the message says how many answers there were and how many are needed.',
  ),
  SV_GENERATOR: note(
    'A generator that is not running, a content filter, a full queue.',
    'The message shows its answer. What was generated is kept; run again to go on.',
  ),
  SV_CLI_USAGE: note(
    'An unknown command or option, or two that exclude each other.',
    'See `sv <command> --help`, or [Command line](cli.md).',
  ),
  SV_CLI_NO_INPUT: note(
    'An empty folder, a glob without a match, a shell that ate the glob.',
    'Name pictures, a folder, or a glob in quotes.',
  ),
  SV_OUTPUT_WRITE: note(
    'The disk is full, the folder is not there, or `sv plugin new` was given one that is not empty.',
    'Free some space or name another place. Rows written so far are kept: go on with `--resume`.',
  ),
  SV_OUTPUT_DAMAGED: note(
    '`--resume` got a CSV or JSON file, or one that was edited.',
    'Give a file that was written with `sv run --jsonl`. A line cut off by a crash is no damage.',
  ),
};

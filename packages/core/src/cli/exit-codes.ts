/** What `sv` says to the shell. The reference page is generated from this table. */
export const EXIT_CODES = {
  ok: {
    code: 0,
    meaning: 'Everything that this run was asked for was done; with `--resume`, rows of earlier runs do not count.',
  },
  failure: { code: 1, meaning: 'The command failed to run; `sv doctor` found a problem.' },
  usage: { code: 2, meaning: 'The command line, the config or a plugin is wrong; nothing was run.' },
  inputs: { code: 3, meaning: 'Some inputs of this run failed: their rows have an `error`, all others were answered.' },
  interrupted: { code: 130, meaning: 'Stopped with Ctrl-C; what was done is kept.' },
  terminated: { code: 143, meaning: 'Stopped with SIGTERM; what was done is kept.' },
} as const;

const USAGE =
  /^SV_(CLI|CONFIG|TASK|PLUGIN|BACKBONE|HEAD|MODEL_REF|STAGE_DUPLICATE|HOOK_UNKNOWN|ENGINE_UNKNOWN|ENGINE_OPTIONS|DATA_(?!SOURCE|TOOL)|TRAIN_(?!DIVERGED)|CALIBRATION_INVALID|CALIBRATION_MISMATCH)/;

/** The exit code of an error that ended the command. A plugin that fails while it starts is a failure, not a mistake. */
export function exitCodeOf(code: string): number {
  if (code === 'SV_PLUGIN_SETUP') return EXIT_CODES.failure.code;
  return USAGE.test(code) ? EXIT_CODES.usage.code : EXIT_CODES.failure.code;
}

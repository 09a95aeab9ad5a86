import type { Command, CommandCall, UserConfig } from '../types/index.js';
import type { Colors } from './colors.js';
import type { Interrupt } from './interrupt.js';
import type { Io } from './io.js';

/** What may stand before or after every subcommand. */
export interface GlobalOptions {
  readonly config?: string;
  readonly offline?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly color: boolean;
  readonly logLevel?: string;
  readonly jsonLogs?: boolean;
}

export interface LoadedConfig {
  readonly config: UserConfig;
  readonly path: string;
}

/** What the built-in commands have on top of what plugins get. */
export interface CliCall extends CommandCall {
  readonly io: Io;
  readonly global: GlobalOptions;
  readonly interrupt: Interrupt;
  /** For standard output and standard error. */
  readonly colors: { readonly out: Colors; readonly err: Colors };
  /** The config in `cwd` or of `--config`, with what the options change. Throws `SV_CONFIG_*`. */
  config(): Promise<LoadedConfig>;
  /** Changes the config before the runtime is made from it. */
  override(change: (config: UserConfig) => UserConfig): void;
}

/** A built-in command: as a plugin's, with more at hand. */
export interface CliCommand extends Omit<Command, 'run'> {
  run(call: CliCall): number | void | Promise<number | void>;
}

/** A command of `sv`, and the plugin it came with. */
export interface JoinedCommand {
  readonly command: CliCommand | Command;
  readonly plugin?: string;
}

import { SvError } from '../../errors/sv-error.js';

/** How a new plugin's parts are called. */
export interface PluginNames {
  /** npm name. */
  readonly package: string;
  /** What a cascade's `run` names. */
  readonly stage: string;
  /** The function that makes the plugin. */
  readonly factory: string;
  /** Its options. */
  readonly options: string;
}

const NPM_NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
/** What a factory cannot be called: JavaScript keeps it for itself, or the template uses it. */
const RESERVED = `arguments await break case catch class const continue debugger default delete do else enum eval export
extends false finally for function if implements import in instanceof interface let new null package private protected
public return static super switch this throw true try typeof var void while with yield
definePlugin defineStage orangeShare createRuntime describePlugin testFrame expect it packageJson sv cone asphalt window
defineConfig`.split(/\s/);

/**
 * Names from one: `orange` and `sv-plugin-orange` make the package `sv-plugin-orange` with the stage `orange`; a name
 * with a scope stays as it is. Throws `SV_CLI_USAGE`.
 */
export function pluginNames(given: string): PluginNames {
  const scoped = given.startsWith('@');
  const base = scoped ? (given.split('/')[1] ?? '') : given;
  const stage = base.replace(/^(?:sv-)?plugin-/, '').replace(/^sv-/, '');
  const name = scoped ? given : `sv-plugin-${stage}`;
  if (!NPM_NAME.test(name) || name.length > 214 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(stage)) {
    throw new SvError(
      'SV_CLI_USAGE',
      `\`${given}\` is not a name for a plugin: expected small letters, digits and single hyphens.`,
      {
        fix: 'For instance `sv plugin new sv-plugin-orange`, or `sv plugin new @you/sv-plugin-orange`.',
      },
    );
  }
  const camel = stage.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const factory = RESERVED.includes(camel) ? `${camel}Plugin` : camel;
  return { package: name, stage, factory, options: `${camel[0]?.toUpperCase()}${camel.slice(1)}Options` };
}

import { createRequire } from 'node:module';

/** Version of this package. */
export const VERSION: string = createRequire(import.meta.url)('../package.json').version;

/** Version of the plugin API; raised as semver asks when hooks or contracts change. */
export const PLUGIN_API = '1.0.0';

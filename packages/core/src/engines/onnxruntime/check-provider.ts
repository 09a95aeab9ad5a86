import { isSvError, type SvError } from '../../errors/sv-error.js';
import type { ProviderName } from '../../types/index.js';
import { startThread } from './thread.js';

/** Whether a provider really loads on this machine. */
export type ProviderCheck = { readonly loads: true } | { readonly loads: false; readonly error: SvError };

// An ONNX graph of one Relu over one number.
const TINY =
  'CAcSDHN0cmVldHZpc2lvbjo/ChQKAXgSAXkaBm5vZGVfMCIEUmVsdRIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN';

/** Opens a tiny graph with nothing but this provider, as `sv doctor` does; its error carries the fix. */
export async function checkProvider(name: ProviderName): Promise<ProviderCheck> {
  const model = Uint8Array.from(Buffer.from(TINY, 'base64'));
  const thread = startThread({ model, providers: [{ name }], sessionOptions: { intraOpNumThreads: 1 } });
  try {
    await thread.opened;
    return { loads: true };
  } catch (error) {
    if (!isSvError(error)) throw error;
    return { loads: false, error };
  } finally {
    await thread.stop();
  }
}

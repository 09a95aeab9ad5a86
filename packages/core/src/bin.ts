import { processIo } from './cli/io.js';
import { main } from './cli/main.js';

/** How long open handles of plugins may keep the process after the command has ended, in milliseconds. */
const LINGER_MS = 5_000;

// However it ends, also by a crash of a plugin: the progress bar may have hidden the cursor.
process.on('exit', () => process.stderr.isTTY && process.stderr.write('\u001b[?25h'));

const code = await main(process.argv.slice(2), processIo());
process.exitCode = code;
setTimeout(() => {
  process.stderr.write('Something keeps the process alive after the command has ended; leaving now.\n');
  process.exit(code);
}, LINGER_MS).unref();

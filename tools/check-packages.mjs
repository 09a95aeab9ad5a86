// Packs every package as npm would and checks the result with publint and @arethetypeswrong/cli.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const bin = (name) => join(process.cwd(), 'node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'sv-pack-'));
let failed = false;

for (const name of readdirSync('packages')) {
  const cwd = join('packages', name);
  try {
    const [{ filename }] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], cwd),
    );
    const tarball = join(folder, filename);
    run(bin('publint'), ['run', tarball, '--strict'], cwd);
    run(bin('attw'), [tarball, '--profile', 'esm-only'], cwd);
    console.log(`${name}: publint and attw are clean`);
  } catch (error) {
    failed = true;
    console.error(`${name}:\n${error.stdout ?? error.message}`);
  }
}
rmSync(folder, { recursive: true });
process.exitCode = failed ? 1 : 0;
